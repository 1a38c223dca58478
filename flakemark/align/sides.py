"""The events of two runs per logical thread, column by column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flakemark.events import Literal, Site, Trace, TracedSite


@dataclass(frozen=True, slots=True)
class Side:
    """The events of one logical thread of one run.

    Attributes:
        trace: the run.
        places: index of each event among all events of the run.
        keys: number of each event's site, the same in both runs.
        literals: the values.
    """

    trace: Trace
    places: Sequence[int]
    keys: Sequence[int]
    literals: Sequence[Literal]

    def __len__(self) -> int:
        return len(self.keys)

    def site(self, index: int) -> TracedSite:
        """Return where an event took place."""
        return self.trace.sites[self.trace.events[self.places[index]].site]


@dataclass(frozen=True, slots=True)
class Sites:
    """What the sites of both runs say about structure, by their common number.

    Attributes:
        function: number of the enclosing function.
        rank: place of its line among the lines of this function that have sites; the line on which the expression ends, since that
            is where a call on several lines completes.
        lines: how many ranks the function of a site has.
        depth: +1 where a recursive function begins, -1 where it has called itself, otherwise 0.
        recursive: whether the function of a site calls itself.
    """

    function: Sequence[int]
    rank: Sequence[int]
    lines: Sequence[int]
    depth: Sequence[int]
    recursive: Sequence[bool]


def sides(passing: Trace, failing: Trace) -> tuple[Sites, list[tuple[str, Side, Side]]]:
    """Return the structure of the sites and, per logical thread of either run, its name and its two sides; O(events)."""
    known = {traced.site.key: traced.site for trace in (passing, failing) for traced in trace.sites}
    numbers = {key: number for number, key in enumerate(sorted(known))}  # sorted: the same if the sides are swapped
    left, right = _by_thread(passing, numbers), _by_thread(failing, numbers)
    threads = list({**left, **right})
    paired = [(thread, left.get(thread) or Side(passing, (), (), ()), right.get(thread) or Side(failing, (), (), ())) for thread in threads]
    return _structure([known[key] for key in numbers]), paired


def _by_thread(trace: Trace, numbers: dict[str, int]) -> dict[str, Side]:
    if not trace.events:
        return {}
    sites, threads, literals, _ = zip(*trace.events, strict=True)
    own = [numbers[traced.site.key] for traced in trace.sites]
    keys = [own[site] for site in sites]
    if len(set(threads)) == 1:
        return {trace.threads[threads[0]]: Side(trace, range(len(keys)), keys, literals)}
    places: dict[str, list[int]] = defaultdict(list)
    for place, thread in enumerate(threads):
        places[trace.threads[thread]].append(place)
    return {thread: Side(trace, at, [keys[place] for place in at], [literals[place] for place in at]) for thread, at in places.items()}


def _structure(sites: Sequence[Site]) -> Sites:
    functions: dict[tuple[str, str], int] = {}
    function = [functions.setdefault((site.file, site.function), len(functions)) for site in sites]
    lines = [sorted({sites[number].end_line for number in members}) for members in _members(function, len(functions))]
    ranks = [{line: rank for rank, line in enumerate(own)} for own in lines]
    depth, recursive = [0] * len(sites), set()
    for own, members in enumerate(_members(function, len(functions))):
        calls = [number for number in members if _calls_itself(sites[number])]
        if calls:
            recursive.add(own)
            first = min((number for number in members if number not in calls), key=lambda number: sites[number].end_line, default=calls[0])
            depth[first] = 1
            for number in calls:
                depth[number] = -1
    return Sites(
        function=function,
        rank=[ranks[own][site.end_line] for own, site in zip(function, sites, strict=True)],
        lines=[len(lines[own]) for own in function],
        depth=depth,
        recursive=[own in recursive for own in function],
    )


def _members(function: Sequence[int], count: int) -> Iterator[list[int]]:
    members: list[list[int]] = [[] for _ in range(count)]
    for number, own in enumerate(function):
        members[own].append(number)
    yield from members


def _calls_itself(site: Site) -> bool:
    return site.kind in ("call", "await") and site.callee != "" and site.callee == site.function.rpartition(".")[2]
