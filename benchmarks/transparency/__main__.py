"""Compare every named package, and print a Markdown table.

    python -m benchmarks.transparency                            the default list
    python -m benchmarks.transparency more-itertools boltons
    python -m benchmarks.transparency networkx --part "networkx=--pyargs networkx.classes"

For each package: take its sdist from the package index, make a virtual environment for it, run its suite twice plain and
once instrumented, and compare the outcomes test by test. A test that differs between the two plain runs is unstable on its
own and says nothing about us; it is listed and left out. Exit code 0: all the same; 1: a difference; 2: a suite could not be run.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence

from benchmarks.transparency.compare import Comparison, compare
from benchmarks.transparency.fetch import SuiteUnusable, prepare, say
from benchmarks.transparency.suites import DEFAULT

SUITE_LIMIT_S = 1800.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the packages one after the other: their times are part of the table."""
    options = _options(arguments)
    parts = dict(part.split("=", 1) for part in options.parts)
    status, rows = 0, []
    for package in options.packages or DEFAULT:
        try:
            suite = prepare(package, options.needs, keep=options.keep)
            part = shlex.split(parts[suite.name]) if suite.name in parts else suite.part
            rows.append(compare(suite, part, options.limit))
        except SuiteUnusable as problem:
            say(f"{package}: {problem}")
            status = 2
            continue
        status = max(status, 1 if rows[-1].different else 0)
    print_table(rows)
    return status


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.transparency", description="Compare suites plain and instrumented.")
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help="a name on the package index, or name==version")
    parser.add_argument("--with", dest="needs", action="append", default=[], metavar="REQUIREMENT", help="what the suites need besides")
    parser.add_argument("--part", dest="parts", action="append", default=[], metavar="PACKAGE=ARGS", type=_part, help="pytest's arguments")
    parser.add_argument("--keep", action="store_true", help="use environments of an earlier run again")
    parser.add_argument("--limit", type=float, default=SUITE_LIMIT_S, metavar="SECONDS", help="of one run of a suite")
    return parser.parse_args(arguments)


def _part(text: str) -> str:
    if "=" not in text:
        raise argparse.ArgumentTypeError(f"{text!r} is not PACKAGE=ARGS")
    return text


def print_table(rows: Sequence[Comparison]) -> None:
    """Print what goes into benchmarks/README.md."""
    print("| package | tests | different | unstable by themselves | modules without probes | plain | instrumented |")
    print("|---|---|---|---|---|---|---|")
    for row in rows:
        ratio = row.instrumented_s / row.plain_s
        counts = f"{row.tests} | {len(row.different)} | {len(row.unstable)} | {row.untouched}"
        print(f"| {row.name} | {counts} | {row.plain_s:.1f} s | {row.instrumented_s:.1f} s ({ratio:.1f}x) |")


if __name__ == "__main__":
    sys.exit(main())
