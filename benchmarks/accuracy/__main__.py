"""`python -m benchmarks.accuracy CASES_DIR`: run the tool on all cases, print how it did."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

from benchmarks.accuracy.case import Case, read_cases
from benchmarks.accuracy.grade import Row, grade
from benchmarks.accuracy.original import REQUIREMENT, ask_original, environment
from benchmarks.accuracy.run import Answer, run_case
from benchmarks.accuracy.tables import at_a_glance, by_case, by_category, line, reliability, replays, summary, tiers


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; returns 0 however good the tool is, 2 if there is no case."""
    options = _parser().parse_args(arguments)
    cases = read_cases(options.cases, options.only)
    if not cases:
        print(f"{options.cases}: no case in this folder", file=sys.stderr)
        return 2
    # Projects are working directories of their own, so a relative path would lead nowhere; a link into an environment stays one.
    python = os.path.abspath(options.python) if os.sep in options.python else options.python
    tool, ask = _tool(cases, python, options)
    rows = measure(cases, options.jobs, ask)
    tables = [
        ("At a glance", at_a_glance(tool, rows)),
        ("Cases", by_case(rows)),
        ("Categories", by_category(rows)),
        ("Reliability of the confidence", reliability(rows)),
        ("Tiers of evidence", tiers(rows)),
        *([("Replays", replays(rows, options.replay))] if options.replay else []),
        ("Besides", summary(rows)),
    ]
    for title, table in tables:
        print(f"\n{title}\n", *table, sep="\n")
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1), encoding="utf-8")
    return 0


def measure(cases: Sequence[Case], jobs: int, ask: Callable[[Case], Answer]) -> list[Row]:
    """Run and grade the cases, several at a time; a line of progress each, in the order of the cases."""
    rows = []
    with ThreadPoolExecutor(jobs) as pool:
        for case, answer in zip(cases, pool.map(ask, cases), strict=True):
            rows.append(grade(case, answer))
            print(line(rows[-1]), file=sys.stderr, flush=True)
    return rows


def _tool(cases: Sequence[Case], python: str, options: argparse.Namespace) -> tuple[str, Callable[[Case], Answer]]:
    """Return the name of what is asked, and how it is asked about one case."""
    if options.original:
        theirs = environment(cases)
        return REQUIREMENT, lambda case: ask_original(case, theirs, options.budget)
    return "flakemark", lambda case: run_case(case, python, options.budget, options.replay)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description="Count how often the named line is the root cause.")
    parser.add_argument("cases", type=Path, metavar="CASES_DIR", help="a folder of cases, each with case.toml, junit.xml and project/")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="cases at a time; timing suffers from more than half the cores")
    parser.add_argument("--budget", type=float, default=60.0, metavar="S", help="seconds per test")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="these cases")
    parser.add_argument("--python", default=sys.executable, metavar="EXE", help="interpreter that has flakemark and the cases' packages")
    parser.add_argument("--replay", type=int, default=0, metavar="N", help="replay each confirmed cause N times each way")
    parser.add_argument("--original", action="store_true", help=f"ask {REQUIREMENT} instead, in an environment of its own")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
