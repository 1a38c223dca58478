"""Measure what recording costs: `python -m benchmarks.overhead [--rounds N] [--keep]`.

Every number is the median, over the rounds, of the processor time of a run divided by that of the plain run of the same
round; the ways take turns. Exit code 0: all targets hold; 1: one does not; 2: a suite could not be run.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.overhead.peers import COVERAGE, NEEDS, PLAIN, RECORDER, VALUES, WAYS, Way
from benchmarks.overhead.subjects import LINES, Subject, loop, nothing, seconds, suite
from benchmarks.transparency.fetch import WORK, SuiteUnusable, say

PACKAGES = ("parso", "jinja2", "networkx")
PLUGIN_MS = 5.0
_MODULES = "import sys, pytest; pytest.main(['-q', '--co']); print(sorted(n for n in sys.modules if n.startswith('flakemark')))"

Ratios = dict[str, dict[str, float]]  # way -> subject -> ratio


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table, then each target and whether it holds."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.overhead", description="Measure what recording costs.")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each way, in turns (default 3)")
    parser.add_argument("--keep", action="store_true", help="use environments of an earlier run again")
    options = parser.parse_args(arguments)
    out = WORK / "overhead"
    out.mkdir(parents=True, exist_ok=True)
    try:
        suites = [suite(package, NEEDS, keep=options.keep) for package in PACKAGES]
    except SuiteUnusable as problem:
        print(problem, file=sys.stderr)
        return 2
    subjects = [*suites, loop(out, suites[0].python)]
    ratios = {
        way.name: {subject.name: _ratio(subject, way, out, options.rounds) for subject in subjects if _is_run(subject, way)}
        for way in _ways()
    }
    _print_table(ratios, [subject.name for subject in subjects])
    held = [*_targets(ratios), _start_up(nothing(out, suites[0].python), out, 3 * options.rounds)]
    for text, holds in held:
        print(f"- {'holds' if holds else 'MISSED'}: {text}")
    return 0 if all(holds for _, holds in held) else 1


def _ways() -> list[Way]:
    return [way for way in WAYS if sys.version_info[:2] >= (3, way.since)]


def _is_run(subject: Subject, way: Way) -> bool:
    return subject.name == "tight loop" or not way.slow


def _ratio(subject: Subject, way: Way, out: Path, rounds: int) -> float:
    lines = LINES // 20 if way.slow else LINES
    found = []
    for _ in range(1 if way.slow else rounds):
        plain = seconds(subject, PLAIN, out, lines)
        found.append(seconds(subject, way, out, lines) / plain)
    say(f"{subject.name}: {way.name} {statistics.median(found):.2f}x")
    return statistics.median(found)


def _print_table(ratios: Ratios, names: list[str]) -> None:
    print("| | " + " | ".join(names) + " |")
    print("|---|" + "---|" * len(names))
    for way, own in ratios.items():
        print(f"| {way} | " + " | ".join(f"{own[name]:.2f}x" if name in own else "" for name in names) + " |")


def _targets(ratios: Ratios) -> list[tuple[str, bool]]:
    values, recorder, coverage = (ratios[way.name] for way in (VALUES, RECORDER, COVERAGE))
    median = statistics.median(values[name] for name in PACKAGES)
    kept = statistics.median(recorder[name] for name in PACKAGES)
    return [
        (f"recording values costs {median:.2f}x in the median over the suites (at most 2.0x)", median <= 2.0),
        (f"and {max(values.values()):.2f}x at most on any of them and the loop (at most 4x)", max(values.values()) <= 4.0),
        ("it is cheaper than coverage.py's C tracer on every one", all(values[name] < coverage[name] for name in values)),
        (f"the flight recorder costs {kept:.2f}x in the median (at most 1.5x)", kept <= 1.5),
    ]


def _start_up(subject: Subject, out: Path, rounds: int) -> tuple[str, bool]:
    pairs = [(seconds(subject, Way("with the plugin"), out), seconds(subject, PLAIN, out)) for _ in range(rounds)]
    more = 1000 * statistics.median(with_it - without for with_it, without in pairs)
    done = subprocess.run([subject.python, "-c", _MODULES], cwd=subject.tree, capture_output=True, text=True, check=True)
    modules = done.stdout.strip().splitlines()[-1]
    text = f"the plugin, asked for nothing, costs {more:.1f} ms (under {PLUGIN_MS:.0f} ms) and loads {modules}"
    return text, more < PLUGIN_MS and modules == "['flakemark', 'flakemark.plugin']"


if __name__ == "__main__":
    sys.exit(main())
