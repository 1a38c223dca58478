"""The order in which threads did what both runs have: `thread_race`.

Two events of different threads are compared where they are near each other in the source, since that is where threads meet: the same
line, or lines of one neighbourhood. Everything else may interleave as it likes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from flakemark.align.collector import uncollected
from flakemark.align.pairing import pair
from flakemark.align.sides import Side, sides
from flakemark.divergence import Divergence
from flakemark.events import Trace, TracedSite
from flakemark.model import DivergenceType

REACH = 8  # lines; neighbourhoods overlap by half, so that lines at most REACH / 2 apart always share one

Neighbourhood = tuple[str, int, int]  # file, which of the two layouts, number


class _Moment(NamedTuple):
    """A paired event: its place in the passing and in the failing run."""

    passing: int
    failing: int
    thread: str


@uncollected
def interleavings(passing: Trace, failing: Trace) -> tuple[Divergence, ...]:
    """List where events of two threads came in another order, sorted by place; O(events · log events).

    Returns:
        one entry per pair of sites and threads, at the event that came first in the failing run although it came second in the
        passing one; `count` says how often that happened, the literals tell both orders. Empty for a run of one thread.
    """
    found: dict[frozenset[tuple[str, str]], Divergence] = {}
    for early, late in sorted(set(_overtaken(_meetings(passing, failing))), key=lambda pair: (pair[0].failing, pair[1].failing)):
        divergence = _race(failing, early, late)
        sites = frozenset({(early.thread, divergence.site.site.key), (late.thread, _site(failing, late).site.key)})
        known = found.get(sites)
        found[sites] = divergence if known is None else replace(known, count=known.count + 1)
    return tuple(found.values())


def _meetings(passing: Trace, failing: Trace) -> Iterable[list[_Moment]]:
    """Gather the paired events of each neighbourhood in which more than one thread was at work."""
    sites, threads = sides(passing, failing)
    near = [_neighbourhoods(traced) for traced in failing.sites]
    workers: dict[Neighbourhood, set[int]] = defaultdict(set)
    for site, thread in {event[:2] for event in failing.events}:
        for neighbourhood in near[site]:
            workers[neighbourhood].add(thread)
    shared = [[each for each in own if len(workers[each]) > 1] for own in near]
    gathered: dict[Neighbourhood, list[_Moment]] = defaultdict(list)
    for name, left, right in threads if any(shared) else ():
        for stretch in pair(sites, left, right):
            for moment in _moments(left, right, stretch[:3], name):
                for neighbourhood in shared[failing.events[moment.failing].site]:
                    gathered[neighbourhood].append(moment)
    return gathered.values()


def _neighbourhoods(traced: TracedSite) -> tuple[Neighbourhood, ...]:
    file, line = traced.site.file, traced.site.line
    return (file, 0, line // REACH), (file, 1, (line + REACH // 2) // REACH)


def _moments(left: Side, right: Side, begin: tuple[int, int, int], thread: str) -> Iterator[_Moment]:
    i, j, paired = begin
    for step in range(paired):
        yield _Moment(left.places[i + step], right.places[j + step], thread)


def _overtaken(meetings: Iterable[list[_Moment]]) -> Iterator[tuple[_Moment, _Moment]]:
    """Yield what came in another order, first what was first in the failing run.

    Only neighbours are compared: where two lists are in different orders, some neighbours are.
    """
    for moments in meetings:
        for first, second in pairwise(sorted(moments)):
            if first.thread != second.thread and first.failing > second.failing:
                yield second, first
        for first, second in pairwise(sorted(moments, key=lambda moment: moment.failing)):
            if first.thread != second.thread and first.passing > second.passing:
                yield first, second


def _race(failing: Trace, early: _Moment, late: _Moment) -> Divergence:
    first, second = _told(failing, early), _told(failing, late)
    return Divergence(
        site=_site(failing, early),
        kind=DivergenceType.THREAD_RACE,
        passing=f"{second}, then {first}",
        failing=f"{first}, then {second}",
        place=early.failing,
        thread=early.thread,
    )


def _site(trace: Trace, moment: _Moment) -> TracedSite:
    return trace.sites[trace.events[moment.failing].site]


def _told(failing: Trace, moment: _Moment) -> str:
    return f"{moment.thread} in line {_site(failing, moment).site.line}"
