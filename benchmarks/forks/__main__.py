"""Measure what one more isolated run costs: `python -m benchmarks.forks [--rounds N] [--runs N] [--keep]`.

In each round every way takes its turn on every test. A ratio is the median, over the rounds, of the ratios within a round.
Exit code 0: both targets hold for every test; 1: one does not; 2: something could not be run.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Iterator, Sequence

from benchmarks.accuracy.tables import table
from benchmarks.forks.measure import Failed, Subject, Took, Way, bare, flakefinder, fresh, ours, pytest_in_a_fork
from benchmarks.forks.project import SUBJECTS, prepare
from benchmarks.transparency.fetch import SuiteUnusable, say

MOST, LEAST = 1.5, 20.0
FRESH_RUNS = 3
BARE, PROTOCOL = "fork, the test, wait: nothing else", "fork, the test as pytest runs it, wait"
FRESH, FORK = "a fresh pytest process", "flakemark, by fork"
WAYS: dict[str, Way] = {
    BARE: bare,
    PROTOCOL: pytest_in_a_fork,
    FORK: ours(trace=False),
    "flakemark, by fork, trace written and read": ours(trace=True),
    "pytest-flakefinder, in one process (not isolated)": flakefinder,
    FRESH: lambda subject, _: fresh(subject, FRESH_RUNS),
}
Round = dict[str, Took]  # by way


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table per test, then whether the targets hold."""
    options = _parser().parse_args(arguments)
    try:
        tree, python = prepare(keep=options.keep)
        subjects = [Subject(tree, python, test) for test in SUBJECTS]
        rounds = [_round(subjects, options.runs, number) for number in range(1, options.rounds + 1)]
    except (SuiteUnusable, Failed) as problem:
        print(problem, file=sys.stderr)
        return 2
    held: list[tuple[bool, str]] = []
    for subject in subjects:
        measured = [one[subject.test] for one in rounds]
        print(f"\n`{subject.test}`\n", *rows(measured), "", sep="\n")
        held += list(targets(measured, subject.test))
    for holds, text in held:
        print(f"- {'ok' if holds else 'missed'}: {text}")
    return 0 if all(holds for holds, _ in held) else 1


def _round(subjects: Sequence[Subject], runs: int, number: int) -> dict[str, Round]:
    measured: dict[str, Round] = {}
    for subject in subjects:
        for name, way in WAYS.items():
            took = measured.setdefault(subject.test, {})[name] = way(subject, runs)
            say(f"round {number}: {subject.test}: {name}: {1000 * took.cpu:.2f} ms of the processor, {1000 * took.wall:.2f} ms")
    return measured


def rows(measured: Sequence[Round]) -> Iterator[str]:
    """Yield the table of one test."""
    head = (
        "one more run",
        "processor, ms",
        "passes, ms",
        "beside bare fork",
        "beside fork with pytest",
        "a fresh process is dearer by",
        "takes longer by",
    )
    return table(head, ((name, *_row(measured, name)) for name in measured[0]))


def _row(measured: Sequence[Round], name: str) -> tuple[str, ...]:
    cpu, wall = (1000 * statistics.median(values) for values in zip(*((one[name].cpu, one[name].wall) for one in measured), strict=True))
    return (
        f"{cpu:.2f}",
        f"{wall:.2f}",
        f"{ratio(measured, name, BARE):.2f}x",
        f"{ratio(measured, name, PROTOCOL):.2f}x",
        f"{ratio(measured, FRESH, name):.0f}x",
        f"{statistics.median(one[FRESH].wall / one[name].wall for one in measured):.0f}x",
    )


def ratio(measured: Sequence[Round], name: str, base: str) -> float:
    """Return the median of a way's processor time divided by that of another one, round by round."""
    return statistics.median(one[name].cpu / one[base].cpu for one in measured)


def targets(measured: Sequence[Round], test: str) -> Iterator[tuple[bool, str]]:
    """Yield each target of a test: whether it holds, and with which figure."""
    dear, beside, cheap = ratio(measured, FORK, BARE), ratio(measured, FORK, PROTOCOL), ratio(measured, FRESH, FORK)
    yield dear <= MOST, f"{test}: {dear:.2f}x of fork, call and wait (at most {MOST:g}x)"
    yield beside <= MOST, f"{test}: {beside:.2f}x of fork, the test as pytest runs it, and wait (at most {MOST:g}x)"
    yield cheap >= LEAST, f"{test}: {cheap:.0f}x cheaper than a fresh process (at least {LEAST:g}x)"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.forks", description="Measure what one more isolated run costs.")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="turns of each way (default 5)")
    parser.add_argument("--runs", type=int, default=50, metavar="N", help="runs per turn (default 50; fresh processes 3)")
    parser.add_argument("--keep", action="store_true", help="use the environment of an earlier run again")
    return parser


if __name__ == "__main__":
    sys.exit(main())
