"""What recording may cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from benchmarks.overhead.peers import AGAIN, COVERAGE_FIRST, FLOW, RECORDER, VALUES
from benchmarks.overhead.subjects import Cost

LOOP = "tight loop"
START_UP_MS, MEMORY_MIB = 5.0, 64.0


@dataclass(frozen=True, slots=True)
class Target:
    """A sentence with what was measured and what is allowed, and whether it holds."""

    text: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """Medians over the rounds.

    Attributes:
        ratios: way -> subject -> processor time, divided by that of its plain run of the same round.
        memory: way -> subject -> MiB beyond its plain run of the same round.
    """

    ratios: dict[str, dict[str, float]]
    memory: dict[str, dict[str, float]]


def figures(rounds: list[dict[str, dict[str, Cost]]], plain: dict[str, str]) -> Figures:
    """Compute the medians.

    Args:
        rounds: of each round way -> subject -> cost.
        plain: way -> the plain one that it is compared with; ways that are not in it have no ratio.
    """
    ratios: dict[str, dict[str, list[float]]] = {}
    memory: dict[str, dict[str, list[float]]] = {}
    for costs in rounds:
        for way, own in costs.items():
            for subject, cost in own.items() if way in plain else ():
                base = costs[plain[way]][subject]
                ratios.setdefault(way, {}).setdefault(subject, []).append(cost.seconds / base.seconds)
                memory.setdefault(way, {}).setdefault(subject, []).append(cost.mebibytes - base.mebibytes)
    return Figures(_medians(ratios), _medians(memory))


def _medians(found: dict[str, dict[str, list[float]]]) -> dict[str, dict[str, float]]:
    return {way: {subject: median(values) for subject, values in own.items()} for way, own in found.items()}


def targets(measured: Figures) -> Iterator[Target]:
    """Yield every target that these figures can say something of."""
    ratios, values, coverage = measured.ratios, measured.ratios[VALUES.name], measured.ratios[COVERAGE_FIRST.name]
    yield _at_most("one run of a diagnosis, values recorded: median over the suites", _over_suites(values), 2.0)
    yield _at_most("the same, any suite or the loop", max(values.values()), 4.0)
    dearer = sorted(name for name in values if values[name] >= coverage[name])
    yield Target(f"the same is cheaper than coverage.py's C tracer on every one{' but ' + ', '.join(dearer) if dearer else ''}", not dearer)
    yield _at_most("flight recorder, first run: median over the suites", _over_suites(ratios[RECORDER.name]), 1.5)
    yield _at_most("flight recorder, from the second run on: median over the suites", _over_suites(ratios[AGAIN.name]), 1.25)
    yield _at_most("flow of control, first run: median over the suites", _over_suites(ratios[FLOW.name]), 1.5)
    most = max(more for way in (RECORDER, AGAIN, FLOW) for more in measured.memory[way.name].values())
    yield Target(f"memory of the flight recorder: {most:.0f} MiB beyond plain (under {MEMORY_MIB:.0f} MiB)", most < MEMORY_MIB)


def _over_suites(own: dict[str, float]) -> float:
    return median(ratio for name, ratio in own.items() if name != LOOP)


def _at_most(what: str, ratio: float, most: float) -> Target:
    return Target(f"{what}: {ratio:.2f}x (at most {most:g}x)", ratio <= most)
