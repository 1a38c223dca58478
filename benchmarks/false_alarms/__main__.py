"""Diagnose passing tests of real packages, and count what is said of them.

    python -m benchmarks.false_alarms                 500 tests, and 60 that a report says failed once
    python -m benchmarks.false_alarms h11 toolz --tests 50 --told 10

Exit code 0: silence; 1: a false alarm; 2: too few tests could be chosen.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.false_alarms.ask import Ask, Said, ask, tell_failed
from benchmarks.false_alarms.count import by_package, is_alarm, listed
from benchmarks.false_alarms.sample import Passing, passing, spread
from benchmarks.false_alarms.suites import PACKAGES
from benchmarks.transparency.fetch import SuiteUnusable, prepare, say

SUITE_LIMIT_S = 600.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Choose, ask twice, print the tables."""
    options = _parser().parse_args(arguments)
    suites = _suites(options.packages or PACKAGES, keep=options.keep)
    chosen = spread({name: found.nodeids for name, found in suites.items()}, options.tests, options.seed)
    told = spread(chosen, options.told, options.seed)
    if sum(map(len, chosen.values())) < options.tests:
        say(f"only {sum(map(len, chosen.values()))} tests pass in these packages")
        return 2
    started = time.monotonic()
    answers = _unaware(suites, chosen, Ask(options.budget, options.runs))
    seconds = time.monotonic() - started
    _show(f"Passing tests, {options.budget:g} s each, {seconds:.0f} s in all", answers)
    told_answers = _told(suites, told, options)
    _show(f"Tests of which a report says that they failed, {options.told_budget:g} s each", told_answers)
    if options.json:
        options.json.write_text(json.dumps([asdict(said) for said in (*answers, *told_answers)], indent=1), encoding="utf-8")
    return 1 if any(map(is_alarm, (*answers, *told_answers))) else 0


def _suites(packages: Sequence[str], *, keep: bool) -> dict[str, Passing]:
    found = {}
    for package in packages:
        try:
            suite = prepare(package, (), keep=keep)
            found[suite.name] = passing(suite, SUITE_LIMIT_S)
        except SuiteUnusable as problem:
            say(f"{package}: {problem}")
            continue
        say(f"{package}: {len(found[suite.name].nodeids)} tests pass twice, unstable: {list(found[suite.name].unstable)}")
    return found


def _unaware(suites: dict[str, Passing], chosen: dict[str, tuple[str, ...]], how: Ask) -> list[Said]:
    return [said for name, nodeids in chosen.items() for said in ask(suites[name].suite, nodeids, how)]


def _told(suites: dict[str, Passing], chosen: dict[str, tuple[str, ...]], options: argparse.Namespace) -> list[Said]:
    answers: list[Said] = []
    for name, nodeids in chosen.items():
        report = suites[name].suite.home / "told.xml"
        known = tell_failed(suites[name].report, nodeids, report, whole=options.session)
        answers.extend(ask(suites[name].suite, known, Ask(options.told_budget, options.runs, report)))
    return answers


def _show(title: str, answers: Sequence[Said]) -> None:
    print(f"\n{title}\n", *by_package(answers), "", *listed(answers), sep="\n", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.false_alarms", description="Diagnose passing tests of real packages.")
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help="names on the package index")
    parser.add_argument("--tests", type=int, default=500, metavar="N", help="how many (default 500)")
    parser.add_argument("--told", type=int, default=60, metavar="N", help="how many of them a report says failed once (default 60)")
    parser.add_argument("--budget", type=float, default=8.0, metavar="S", help="seconds per test (default 8)")
    parser.add_argument(
        "--told-budget", type=float, default=20.0, metavar="S", help="the same where it is said to have failed (default 20)"
    )
    parser.add_argument("--session", action="store_true", help="that report holds the whole session, so that other tests run first")
    parser.add_argument("--runs", type=int, default=2, metavar="N", help="plain runs to begin with (default 2)")
    parser.add_argument("--seed", type=int, default=5, help="of the choice")
    parser.add_argument("--keep", action="store_true", help="use environments of an earlier run again")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was said as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
