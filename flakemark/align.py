"""Pair the events of two traces per logical thread, and list where they part.

The walk is linear while both sides agree on the sequence of sites. Where they do not, it looks for the
nearest place at which three sites in a row agree again, in windows that grow.

Source: the idea to align by structure instead of position is from B. Xin, W. N. Sumner, X. Zhang, "Efficient
Program Execution Indexing", PLDI 2008; we index by logical thread and by runs of sites.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flakemark.divergence import NOTHING, Divergence, same
from flakemark.events import Trace, TracedSite, TraceEvent
from flakemark.model import DivergenceType

GRAM = 3
WINDOWS = (64, 1024, 16_384, 1 << 40)


@dataclass(frozen=True, slots=True)
class _Side:
    trace: Trace
    events: Sequence[tuple[int, TraceEvent]]
    keys: Sequence[str]

    def site(self, index: int) -> TracedSite:
        return self.trace.sites[self.events[index][1].site]

    def place(self, index: int) -> int:
        return self.events[index][0]


def align(passing: Trace, failing: Trace) -> tuple[Divergence, ...]:
    """List the divergences of two runs, sorted by place.

    Returns:
        empty for equal traces; one entry per differing value, and one per block of events that only one side has.
    """
    left, right = _by_thread(passing), _by_thread(failing)
    found: list[Divergence] = []
    for thread in {**left, **right}:
        found.extend(_walk(left.get(thread) or _empty(passing), right.get(thread) or _empty(failing), thread))
    return tuple(sorted(found, key=lambda divergence: divergence.place))


def _empty(trace: Trace) -> _Side:
    return _Side(trace, (), ())


def _by_thread(trace: Trace) -> dict[str, _Side]:
    events: dict[str, list[tuple[int, TraceEvent]]] = defaultdict(list)
    for place, event in enumerate(trace.events):
        events[trace.threads[event.thread]].append((place, event))
    keys = [site.site.key for site in trace.sites]
    return {thread: _Side(trace, chosen, [keys[event.site] for _, event in chosen]) for thread, chosen in events.items()}


def _walk(left: _Side, right: _Side, thread: str) -> Iterator[Divergence]:
    i = j = 0
    while i < len(left.keys) and j < len(right.keys):
        if left.keys[i] == right.keys[j]:
            a, b = left.events[i][1].literal, right.events[j][1].literal
            if not same(a, b):
                kind = DivergenceType.VALUE_MISMATCH
                yield Divergence(site=right.site(j), kind=kind, passing=a, failing=b, place=right.place(j), thread=thread)
            i, j = i + 1, j + 1
            continue
        di, dj = _resynchronise(left.keys, right.keys, i, j)
        yield _block(left, right, (i, i + di), (j, j + dj), thread)
        i, j = i + di, j + dj
    if i < len(left.keys) or j < len(right.keys):
        yield _block(left, right, (i, len(left.keys)), (j, len(right.keys)), thread, end=True)


def _resynchronise(left: Sequence[str], right: Sequence[str], i: int, j: int) -> tuple[int, int]:
    """Return how far each side has to be skipped until they agree again; to both ends if they never do."""
    for window in WINDOWS:
        found = _nearest(left[i : i + window], right[j : j + window])
        if found is not None:
            return found
        if i + window >= len(left) and j + window >= len(right):
            break
    return len(left) - i, len(right) - j


def _nearest(left: Sequence[str], right: Sequence[str]) -> tuple[int, int] | None:
    places: dict[tuple[str, ...], int] = {}
    for place in range(len(right) - 1, -1, -1):
        places[tuple(right[place : place + GRAM])] = place
    best: tuple[int, tuple[str, ...], int, int] | None = None
    for place in range(len(left)):
        if best is not None and place > best[0]:
            break
        gram = tuple(left[place : place + GRAM])
        other = places.get(gram)
        # Ties go to the gram that sorts first, so that swapping the sides swaps the answer.
        if other is not None and (best is None or (place + other, gram) < best[:2]):
            best = (place + other, gram, place, other)
    return None if best is None else best[2:]


def _block(left: _Side, right: _Side, lost: tuple[int, int], gained: tuple[int, int], thread: str, *, end: bool = False) -> Divergence:
    only_left, only_right = lost[1] - lost[0], gained[1] - gained[0]
    kind = (
        DivergenceType.SEQUENCE_BREAK
        if only_left and only_right
        else DivergenceType.EARLY_TERMINATION
        if end
        else DivergenceType.MISSING_EVENT
    )
    passing = left.events[lost[0]][1].literal if only_left else NOTHING
    failing = right.events[gained[0]][1].literal if only_right else NOTHING
    site = right.site(gained[0]) if only_right else left.site(lost[0])
    place = right.place(gained[0]) if only_right else _place_after(right, gained[0], left.place(lost[0]))
    return Divergence(site=site, kind=kind, passing=passing, failing=failing, place=place, thread=thread, count=max(only_left, only_right))


def _place_after(side: _Side, index: int, default: int) -> int:
    if 0 < index <= len(side.events):
        return side.place(index - 1) + 1
    return default
