"""Stretches and blocks to divergences: `value_mismatch`, `missing_event`, `sequence_break`, `early_termination`."""

from __future__ import annotations

from collections.abc import Iterator

from flakemark.align.pairing import CHUNK, pair
from flakemark.align.sides import Side, sides
from flakemark.align.stretch import Stretch
from flakemark.divergence import NOTHING, Divergence, exactly, same
from flakemark.events import Trace
from flakemark.model import DivergenceType


def align(passing: Trace, failing: Trace) -> tuple[Divergence, ...]:
    """List what the logical threads of two runs did differently, sorted by place; O(events) where they mostly agree.

    Returns:
        empty for equal traces; one entry per differing value, and one per block of events that only one side has:
        `missing_event` between events that both have, `early_termination` at the end of a thread, `sequence_break` where each side
        has events of its own.
    """
    sites, threads = sides(passing, failing)
    found: list[Divergence] = []
    for thread, left, right in threads:
        for stretch in pair(sites, left, right):
            found.extend(_values(left, right, stretch, thread))
            if stretch.lost or stretch.gained:
                found.append(_block(left, right, stretch, thread))
    return tuple(sorted(found, key=lambda divergence: divergence.place))


def _values(left: Side, right: Side, stretch: Stretch, thread: str) -> Iterator[Divergence]:
    i, j = stretch.left, stretch.right
    for step in range(0, stretch.paired, CHUNK):
        size = min(CHUNK, stretch.paired - step)
        ours, theirs = left.literals[i + step : i + step + size], right.literals[j + step : j + step + size]
        if exactly(ours, theirs):
            continue
        for at, (a, b) in enumerate(zip(ours, theirs, strict=True), j + step):
            if not same(a, b):
                kind = DivergenceType.VALUE_MISMATCH
                yield Divergence(site=right.site(at), kind=kind, passing=a, failing=b, place=right.places[at], thread=thread)


def _block(left: Side, right: Side, stretch: Stretch, thread: str) -> Divergence:
    i, j = stretch.left + stretch.paired, stretch.right + stretch.paired
    lost, gained = stretch.lost, stretch.gained
    return Divergence(
        site=right.site(j) if gained else left.site(i),
        kind=_kind(left, right, stretch),
        passing=left.literals[i] if lost else NOTHING,
        failing=right.literals[j] if gained else NOTHING,
        place=right.places[j] if gained else right.places[j - 1] + 1 if j else left.places[i],
        thread=thread,
        count=max(lost, gained),
    )


def _kind(left: Side, right: Side, stretch: Stretch) -> DivergenceType:
    if stretch.lost and stretch.gained:
        return DivergenceType.SEQUENCE_BREAK
    to_the_end = stretch.left + stretch.paired + stretch.lost == len(left) and stretch.right + stretch.paired + stretch.gained == len(right)
    return DivergenceType.EARLY_TERMINATION if to_the_end else DivergenceType.MISSING_EVENT
