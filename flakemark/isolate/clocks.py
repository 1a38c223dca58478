"""Clocks: the two readings between which time must not pass.

A reading cannot be pinned alone: the others would go on from another moment. So the clock is put forward at one
reading after the other. Where that makes the test fail although the same jump before the first reading does
not, the flips bound an interval: from the reading that opens it to the one that closes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flakemark.divergence import Divergence
from flakemark.events import WALL_CLOCKS, Trace, TracedSite
from flakemark.isolate.suspects import forcing
from flakemark.isolation import Suspect
from flakemark.model import DivergenceType
from flakemark.runs import Failure, Forcing, Runner, RunRequest, RunResult, Told

DAY = 86_400.0
JUMPS = (0.001, 1.0, DAY)  # seconds
MOST_READINGS = 32


@dataclass(frozen=True, slots=True)
class Reading:
    """One evaluation of a clock."""

    site: TracedSite
    occurrence: int
    place: int
    value: object

    def jump(self, seconds: float) -> Forcing:
        """Put the clock forward at this reading."""
        return Forcing(kind="advance", site=self.site.site.key, seconds=seconds, first=self.occurrence)


def readings(trace: Trace) -> list[Reading]:
    """List the clock readings of a run in order, at most MOST_READINGS."""
    seen: dict[str, int] = {}
    found: list[Reading] = []
    for place, event in enumerate(trace.events):
        site = trace.sites[event.site]
        if site.source_kind == "clock":
            occurrence = seen.get(site.site.key, 0)
            seen[site.site.key] = occurrence + 1
            found.append(Reading(site, occurrence, place, event.literal))
    return found[:MOST_READINGS]


def clock_suspects(runner: Runner, passing: RunResult, failure: Failure | None, told: Told, *, times: int = 1) -> list[Suspect]:
    """Find the interval in which a jump of the clock makes the test fail.

    Args:
        runner: executes runs.
        passing: whose readings are tried.
        failure: which one it has to be.
        told: is told each step.
        times: how often each jump has to fail; more than once where the test fails by itself now and then.

    Returns:
        the reading that opens it and the one that closes it, the line to name first; empty if there is none.
    """
    read = readings(passing.trace) if passing.trace is not None else []
    for seconds in JUMPS:
        found = read if seconds < DAY else [reading for reading in read if reading.site.source_name in WALL_CLOCKS]
        if not found:
            continue
        told(f"{seconds:g} s pass before each of {len(found)} clock readings")
        failing = _failing_jumps(runner, passing.request, failure, found * times, seconds)
        failing = [all(failing[place :: len(found)]) for place in range(len(found))]
        places = [place for place, fails in enumerate(failing) if fails]
        if places and not (places[0] == 0 and len(found) > 1):
            return _interval(found, places[0], places[-1], seconds)
    return []


def held(suspects: Sequence[Suspect], passing: Trace) -> tuple[Suspect, ...]:
    """Have the two readings of an interval say what they said in a passing run, for the way back.

    Where the test is too slow by itself now and then, a jump before everything does not make it pass every time; this does.

    Args:
        suspects: both ends, as `clock_suspects` returns them.
        passing: the passing run.
    """
    return tuple(replace(one, to_passing=forcing(passing, one.site)) for one in suspects)


def _failing_jumps(runner: Runner, request: RunRequest, failure: Failure | None, found: Sequence[Reading], seconds: float) -> list[bool]:
    requests = [replace(request, forcings=(*request.forcings, reading.jump(seconds)), trace=False) for reading in found]
    results = runner.run(requests)
    return [result.failure is not None and result.failed and result.failure.is_like(failure) for result in results]


def _interval(found: Sequence[Reading], first: int, last: int, seconds: float) -> list[Suspect]:
    """What opens it is read before the first jump that fails, what closes it after the last one."""
    opens, jumps, closes = found[max(first - 1, 0)], found[first], found[last]
    # The same jump before the first reading, or none where there is only one.
    harmless = found[0].jump(seconds) if first else replace(jumps.jump(0.0), seconds=0.0)
    pair = [_suspect(one, jumps, harmless, seconds) for one in (opens, closes)]
    return pair if first else pair[:1]


def _suspect(named: Reading, jumps: Reading, harmless: Forcing, seconds: float) -> Suspect:
    divergence = Divergence(
        site=named.site,
        kind=DivergenceType.TIMING_DELTA,
        passing=named.value,
        failing=f"{seconds:g} s later",
        place=named.place,
        thread="main",
    )
    return Suspect(site=named.site, divergence=divergence, to_failing=jumps.jump(seconds), to_passing=harmless, place=named.place)
