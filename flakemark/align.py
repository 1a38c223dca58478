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
from sys import intern

from flakemark.divergence import NOTHING, Divergence, same
from flakemark.events import Literal, Trace, TracedSite
from flakemark.model import DivergenceType

GRAM = 3
WINDOWS = (64, 1024, 16_384, 1 << 40)
CHUNK = (
    256  # events compared at once where runs agree, which is nearly everywhere; smaller ones cost more calls, larger ones more repetition
)


@dataclass(frozen=True, slots=True)
class _Side:
    """The events of one logical thread, column by column."""

    trace: Trace
    places: Sequence[int]
    keys: Sequence[str]
    literals: Sequence[Literal]

    def site(self, index: int) -> TracedSite:
        return self.trace.sites[self.trace.events[self.places[index]].site]


def align(passing: Trace, failing: Trace) -> tuple[Divergence, ...]:
    """List the divergences of two runs, sorted by place; O(events) where they mostly agree.

    Returns:
        empty for equal traces; one entry per differing value, and one per block of events that only one side has.
    """
    left, right = _by_thread(passing), _by_thread(failing)
    found: list[Divergence] = []
    for thread in {**left, **right}:
        found.extend(_walk(left.get(thread) or _empty(passing), right.get(thread) or _empty(failing), thread))
    return tuple(sorted(found, key=lambda divergence: divergence.place))


def _empty(trace: Trace) -> _Side:
    return _Side(trace, (), (), ())


def _by_thread(trace: Trace) -> dict[str, _Side]:
    if not trace.events:
        return {}
    numbers, threads, literals, _ = zip(*trace.events, strict=True)
    names = [intern(site.site.key) for site in trace.sites]  # equal keys of two traces are one object: quicker to compare
    keys = [names[number] for number in numbers]
    if len(set(threads)) == 1:
        return {trace.threads[threads[0]]: _Side(trace, range(len(keys)), keys, literals)}
    places: dict[str, list[int]] = defaultdict(list)
    for place, thread in enumerate(threads):
        places[trace.threads[thread]].append(place)
    return {thread: _Side(trace, own, [keys[at] for at in own], [literals[at] for at in own]) for thread, own in places.items()}


def _walk(left: _Side, right: _Side, thread: str) -> Iterator[Divergence]:
    i = j = 0
    while i < len(left.keys) and j < len(right.keys):
        steps = _steps_together(left.keys, right.keys, i, j)
        yield from _values(left, right, (i, j), steps, thread)
        i, j = i + steps, j + steps
        if i < len(left.keys) and j < len(right.keys):
            di, dj = _resynchronise(left.keys, right.keys, i, j)
            yield _block(left, right, (i, i + di), (j, j + dj), thread)
            i, j = i + di, j + dj
    if i < len(left.keys) or j < len(right.keys):
        yield _block(left, right, (i, len(left.keys)), (j, len(right.keys)), thread, end=True)


def _steps_together(left: Sequence[str], right: Sequence[str], i: int, j: int) -> int:
    """Count the steps from here on which both sides take through the same sites."""
    start, most = i, i + min(len(left) - i, len(right) - j)
    while i < most and left[i : i + CHUNK] == right[j : j + CHUNK]:
        i, j = i + CHUNK, j + CHUNK
    while i < most and left[i] == right[j]:
        i, j = i + 1, j + 1
    return min(i, most) - start


def _values(left: _Side, right: _Side, begin: tuple[int, int], steps: int, thread: str) -> Iterator[Divergence]:
    i, j = begin
    for step in range(0, steps, CHUNK):
        size = min(CHUNK, steps - step)
        ours, theirs = left.literals[i + step : i + step + size], right.literals[j + step : j + step + size]
        # Equal lists can hold True where the other one has 1.
        if ours == theirs and list(map(type, ours)) == list(map(type, theirs)):
            continue
        for at, (a, b) in enumerate(zip(ours, theirs, strict=True), j + step):
            if not same(a, b):
                kind = DivergenceType.VALUE_MISMATCH
                yield Divergence(site=right.site(at), kind=kind, passing=a, failing=b, place=right.places[at], thread=thread)


def _resynchronise(left: Sequence[str], right: Sequence[str], i: int, j: int) -> tuple[int, int]:
    """Return how far each side has to be skipped until they agree again; to both ends if they never do."""
    for window in WINDOWS:
        found = _nearest(left, right, (i, j), window)
        if found is not None:
            return found
        if i + window >= len(left) and j + window >= len(right):
            break
    return len(left) - i, len(right) - j


def _nearest(left: Sequence[str], right: Sequence[str], begin: tuple[int, int], window: int) -> tuple[int, int] | None:
    """Find the nearest sites at which GRAM steps in a row agree, or all the steps that are left on both sides."""
    i, j = begin
    places: dict[tuple[str, ...], int] = {}
    for place in range(min(window, len(right) - j) - 1, -1, -1):
        places[tuple(right[j + place : j + place + GRAM])] = place
    best: tuple[int, tuple[str, ...], int, int] | None = None
    for place in range(min(window, len(left) - i)):
        if best is not None and place > best[0]:
            break
        gram = tuple(left[i + place : i + place + GRAM])
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
    passing = left.literals[lost[0]] if only_left else NOTHING
    failing = right.literals[gained[0]] if only_right else NOTHING
    site = right.site(gained[0]) if only_right else left.site(lost[0])
    place = right.places[gained[0]] if only_right else _place_after(right, gained[0], left.places[lost[0]])
    return Divergence(site=site, kind=kind, passing=passing, failing=failing, place=place, thread=thread, count=max(only_left, only_right))


def _place_after(side: _Side, index: int, default: int) -> int:
    if 0 < index <= len(side.keys):
        return side.places[index - 1] + 1
    return default
