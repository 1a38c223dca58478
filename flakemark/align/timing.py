"""How long what both runs did took them: `timing_delta`.

The time of an event is what passed since the event before it in the same thread: for a wait that is the wait. For a clock it is what
passed since the reading before, which is what the program itself sees.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from flakemark.align.collector import uncollected
from flakemark.align.pairing import pair
from flakemark.align.sides import Side, sides
from flakemark.divergence import Divergence
from flakemark.events import Trace
from flakemark.model import DivergenceType

TIMES = 3  # a wait is not punctual, and a machine is not always equally fast
LEAST = 20_000_000  # nanoseconds that a wait or a clock must differ by
LEAST_ELSEWHERE = 100_000_000  # and anything else, which may just have been interrupted


@uncollected
def timings(passing: Trace, failing: Trace) -> tuple[Divergence, ...]:
    """List what took very different time although both runs did it, sorted by place; O(events).

    Returns:
        one entry per site and thread, at the largest difference; the literals tell both times, `count` how often they differed.
    """
    sites, threads = sides(passing, failing)
    found: dict[tuple[str, str], tuple[int, Divergence]] = {}
    for thread, left, right in threads:
        ours, theirs = _durations(left), _durations(right)
        for stretch in pair(sites, left, right):
            for i, j in _far_apart(ours, theirs, stretch[:3]):
                _note(found, abs(ours[i] - theirs[j]), _delta(right, j, ours[i], theirs[j], thread))
    return tuple(sorted((divergence for _, divergence in found.values()), key=lambda divergence: divergence.place))


def _durations(side: Side) -> list[int]:
    """Return the nanoseconds that each event took; 0 for the first one, whose beginning nobody saw."""
    moments = [side.trace.events[place].nanoseconds for place in side.places]
    durations = [0, *(late - early for early, late in pairwise(moments))][: len(moments)]
    clocks = {number for number, traced in enumerate(side.trace.sites) if traced.source_kind == "clock"}
    readings = [index for index, place in enumerate(side.places) if side.trace.events[place].site in clocks] if clocks else []
    for before, reading in zip([None, *readings], readings, strict=False):
        durations[reading] = 0 if before is None else moments[reading] - moments[before]
    return durations


def _far_apart(ours: Sequence[int], theirs: Sequence[int], begin: tuple[int, int, int]) -> Iterator[tuple[int, int]]:
    i, j, paired = begin
    for step, (a, b) in enumerate(zip(ours[i : i + paired], theirs[j : j + paired], strict=True)):
        if abs(a - b) >= LEAST and max(a, b) >= TIMES * min(a, b):
            yield i + step, j + step


def _delta(right: Side, index: int, ours: int, theirs: int, thread: str) -> Divergence:
    return Divergence(
        site=right.site(index),
        kind=DivergenceType.TIMING_DELTA,
        passing=_told(ours),
        failing=_told(theirs),
        place=right.places[index],
        thread=thread,
    )


def _note(found: dict[tuple[str, str], tuple[int, Divergence]], difference: int, new: Divergence) -> None:
    """Keep the largest difference of each site, and count all."""
    if difference < LEAST_ELSEWHERE and new.site.source_kind not in ("wait", "clock"):
        return
    known = found.get((new.thread, new.site.site.key))
    if known is None:
        found[new.thread, new.site.site.key] = difference, new
        return
    largest, divergence = max(known, (difference, new), key=lambda entry: entry[0])
    found[new.thread, new.site.site.key] = largest, replace(divergence, count=known[1].count + 1)


def _told(nanoseconds: int) -> str:
    return f"{nanoseconds / 1e6:.1f} ms"
