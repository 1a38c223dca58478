"""The events of two runs per logical thread, column by column."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from flakemark.align.structure import Sites, structure
from flakemark.events import Literal, Site, Trace, TracedSite

CHUNK = 256  # events compared at once where runs agree; smaller ones cost more calls, larger ones more repetition
FLOW = frozenset({"branch", "iterate", "await"})  # kinds of sites that have a probe also where only the flow of control is recorded


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
    literals: list[Literal] | tuple[Literal, ...]

    def __len__(self) -> int:
        return len(self.keys)

    def site(self, index: int) -> TracedSite:
        """Return where an event took place."""
        return self.trace.sites[self.trace.events[self.places[index]].site]


def sides(passing: Trace, failing: Trace) -> tuple[Sites, list[tuple[str, Side, Side]]]:
    """Return the structure of the sites and, per logical thread of either run, its name and its two sides; O(events)."""
    known: dict[str, Site] = {}
    for site in (traced.site for trace in (passing, failing) for traced in trace.sites):
        known[site.key] = max(site, known.get(site.key, site))  # the one that says more, whichever side it is on
    numbers = {key: number for number, key in enumerate(sorted(known))}  # sorted: the same if the sides are swapped
    most = limits(passing, failing)
    left, right = _by_thread(passing, numbers, most), _by_thread(failing, numbers, most)
    threads = list({**left, **right})
    paired = [(thread, left.get(thread) or Side(passing, (), (), ()), right.get(thread) or Side(failing, (), (), ())) for thread in threads]
    return structure([known[key] for key in numbers]), paired


def limits(passing: Trace, failing: Trace) -> dict[str, int]:
    """Say, by key, how many events of a site can be compared where a recorder has stopped at some number; O(events) if it has."""
    found: dict[str, int] = {}
    for trace in (passing, failing):
        if any(traced.full for traced in trace.sites):
            counts = Counter(event.site for event in trace.events)
            for number, traced in enumerate(trace.sites):
                if traced.full:
                    key = traced.site.key
                    found[key] = min(counts[number], found.get(key, counts[number]))
    for trace, other in ((passing, failing), (failing, passing)):
        if trace.flow and not other.flow:
            found |= dict.fromkeys(_beside_the_flow(trace, other), 0)
    return found


def _beside_the_flow(trace: Trace, other: Trace) -> list[str]:
    """Return the keys of the sites that have no probe where only the flow of control is recorded."""
    probed = {traced.site.key for traced in trace.sites}
    return [
        traced.site.key for traced in other.sites
        if not traced.source_kind and traced.site.kind not in FLOW and traced.site.key not in probed
    ]  # fmt: skip


def _by_thread(trace: Trace, numbers: dict[str, int], most: dict[str, int]) -> dict[str, Side]:
    if not trace.events:
        return {}
    sites, threads, literals, _ = zip(*trace.events, strict=True)
    own = [numbers[traced.site.key] for traced in trace.sites]
    keys = [own[site] for site in sites]
    if not most and len(set(threads)) == 1:
        return {trace.threads[threads[0]]: Side(trace, range(len(keys)), keys, literals)}
    left = [most.get(traced.site.key, len(sites)) for traced in trace.sites]
    places: dict[str, list[int]] = defaultdict(list)
    for place, (site, thread) in enumerate(zip(sites, threads, strict=True)):
        left[site] -= 1
        if left[site] >= 0:
            places[trace.threads[thread]].append(place)
    return {thread: Side(trace, at, [keys[place] for place in at], [literals[place] for place in at]) for thread, at in places.items()}
