"""Measure what recording costs: `python -m benchmarks.overhead [--rounds N] [--keep]`.

Every ratio is the median, over the rounds, of the processor time of a run divided by that of the plain run of the same
round: the lesser one of two, before and after the others, for a busy machine only ever adds. A first run, which finds
nothing of the project compiled, is compared with a plain first run. In a round the ways take turns on one subject after
the other. Exit code 0: all targets hold; 1: one does not; 2: something could not be run.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.overhead.peers import AGAIN, FLOW, FLOW_AGAIN, NEEDS, ORIGINAL, PLAIN, PLAIN_FIRST, RECORDER, VALUES, WAYS, Way
from benchmarks.overhead.subjects import LINES, SLOW_LINES, Cost, Failed, Subject, loop, nothing, original, run, suite
from benchmarks.overhead.targets import START_UP_MS, Figures, Target, figures, targets
from benchmarks.transparency.fetch import WORK, SuiteUnusable, say

PACKAGES = ("parso", "jinja2", "networkx")
_MODULES = "import sys, pytest; pytest.main(['-q', '--co']); print(sorted(n for n in sys.modules if n.startswith('flakemark')))"
Costs = dict[str, dict[str, Cost]]  # way -> subject -> cost


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables, then each target and whether it holds."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.overhead", description="Measure what recording costs.")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each way, in turns (default 3)")
    parser.add_argument("--keep", action="store_true", help="use environments of an earlier run again")
    options = parser.parse_args(arguments)
    out = WORK / "overhead"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    try:
        suites = [suite(package, NEEDS, keep=options.keep) for package in PACKAGES]
        original(suites[0].python, ORIGINAL, out)
        subjects = [*suites, loop(out, suites[0].python)]
        rounds = _all_rounds(subjects, out, options.rounds)
        start_up = _start_up(nothing(out, suites[0].python), out, 20 * options.rounds)
    except (SuiteUnusable, Failed) as problem:
        print(problem, file=sys.stderr)
        return 2
    measured = figures(rounds, {way.name: (PLAIN_FIRST if way.first else PLAIN).name for way in WAYS if way not in (PLAIN, PLAIN_FIRST)})
    _print_tables(measured, rounds, [subject.name for subject in subjects])
    held = [*targets(measured), start_up]
    for target in held:
        print(f"- {'ok' if target.holds else 'missed'}: {target.text}")
    return 0 if all(target.holds for target in held) else 1


def _all_rounds(subjects: list[Subject], out: Path, rounds: int) -> list[Costs]:
    for subject in subjects:
        for way in [way for way in WAYS if way.learns]:
            for number in range(way.learns):
                cost = run(subject, way, out)
                say(f"{subject.name}: {way.name}, run {number + 1} to learn from: {cost.seconds:.2f} s")
    return [_round(subjects, out, number) for number in range(rounds)]


def _round(subjects: list[Subject], out: Path, number: int) -> Costs:
    costs: Costs = {}
    for subject in subjects:
        for way in _ways(subject, number):
            cost = run(subject, way, out, SLOW_LINES if way.slow else LINES)
            costs.setdefault(way.name, {})[subject.name] = cost
            say(f"round {number + 1}: {subject.name}: {way.name}: {cost.seconds:.3f} s, {cost.mebibytes:.0f} MiB")
        for way in (PLAIN_FIRST, PLAIN):
            again = run(subject, way, out)
            say(f"round {number + 1}: {subject.name}: {way.name}, again: {again.seconds:.3f} s")
            costs[way.name][subject.name] = min(costs[way.name][subject.name], again, key=lambda cost: cost.seconds)
    return costs


def _ways(subject: Subject, number: int) -> list[Way]:
    """Slow ones run on the loop only, and once."""
    slow_too = subject.times_itself and number == 0
    return [way for way in WAYS if sys.version_info[:2] >= (3, way.since) and (slow_too or not way.slow)]


def _print_tables(measured: Figures, rounds: list[Costs], names: list[str]) -> None:
    print("| | " + " | ".join(names) + " |")
    print("|---|" + "---|" * len(names))
    for way in (PLAIN_FIRST, PLAIN):
        plain = [statistics.median(costs[way.name][name].seconds for costs in rounds) for name in names]
        print(f"| {way.name}, s | " + " | ".join(f"{seconds:.3f}" for seconds in plain) + " |")
    for name_of_way, own in measured.ratios.items():
        print(f"| {name_of_way} | " + " | ".join(f"{own[name]:.2f}x" if name in own else "" for name in names) + " |")
    print("\nMemory beyond the plain run, MiB:\n")
    print("| | " + " | ".join(names) + " |")
    print("|---|" + "---|" * len(names))
    for way in (VALUES, RECORDER, AGAIN, FLOW, FLOW_AGAIN):
        print(f"| {way.name} | " + " | ".join(f"{measured.memory[way.name][name]:.0f}" for name in names) + " |")
    print()


def _start_up(subject: Subject, out: Path, rounds: int) -> Target:
    """Compare pytest with the plugin, asked for nothing, and without it: the least that each has taken, for other work only ever adds."""
    with_it = replace(PLAIN, name="with the plugin", options=("-p", "no:cacheprovider"))
    pairs = [(run(subject, with_it, out), run(subject, PLAIN, out)) for _ in range(rounds)]
    more = 1000 * (min(ours.seconds for ours, _ in pairs) - min(plain.seconds for _, plain in pairs))
    done = subprocess.run([subject.python, "-c", _MODULES], cwd=subject.tree, capture_output=True, text=True, check=True)
    modules = done.stdout.strip().splitlines()[-1]
    text = f"the plugin, asked for nothing, costs {more:.1f} ms (under {START_UP_MS:.0f} ms) and loads {modules}"
    return Target(text, more < START_UP_MS and modules == "['flakemark', 'flakemark.plugin']")


if __name__ == "__main__":
    sys.exit(main())
