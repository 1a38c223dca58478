"""Stretches and blocks to divergences: `value_mismatch`, `missing_event`, `sequence_break`, `early_termination`."""

from __future__ import annotations

from collections.abc import Iterator

from flakemark.align.collector import uncollected
from flakemark.align.gaps import Gaps
from flakemark.align.pairing import pair
from flakemark.align.sides import CHUNK, Side, sides
from flakemark.align.stretch import Stretch
from flakemark.divergence import NOTHING, Divergence, exactly, same
from flakemark.events import Trace
from flakemark.model import DivergenceType


@uncollected
def align(passing: Trace, failing: Trace) -> tuple[Divergence, ...]:
    """List what the logical threads of two runs did differently, sorted by place; O(events) where they mostly agree.

    Returns:
        empty for equal traces; one entry per differing value, and one per block of events that only one side has:
        `missing_event` between events that both have and for a whole thread, `early_termination` at the end of a thread,
        `sequence_break` where each side has events of its own. What a recorder may have dropped is not missing.
    """
    sites, threads = sides(passing, failing)
    found: list[Divergence] = []
    for thread, left, right in threads:
        gaps = Gaps(left, right), Gaps(right, left)
        for stretch in pair(sites, left, right):
            found.extend(_values(left, right, stretch, thread))
            if stretch.lost or stretch.gained:
                found.extend(_block(left, right, stretch, thread, gaps))
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


def _block(left: Side, right: Side, stretch: Stretch, thread: str, gaps: tuple[Gaps, Gaps]) -> Iterator[Divergence]:
    """Yield at most one divergence: none if the recorders dropped whatever one side lacks."""
    i, j = stretch.left + stretch.paired, stretch.right + stretch.paired
    lost = gaps[1].missing(j, left.keys[i : i + stretch.lost])
    gained = gaps[0].missing(i, right.keys[j : j + stretch.gained])
    if not lost and not gained:
        return
    at = (i + lost[0] if lost else i), (j + gained[0] if gained else j)
    yield Divergence(
        site=right.site(at[1]) if gained else left.site(at[0]),
        kind=_kind(left, right, stretch, both=bool(lost and gained)),
        passing=left.literals[at[0]] if lost else NOTHING,
        failing=right.literals[at[1]] if gained else NOTHING,
        place=right.places[at[1]] if gained else right.places[j - 1] + 1 if j else left.places[i],
        thread=thread,
        count=max(len(lost), len(gained)),
    )


def _kind(left: Side, right: Side, stretch: Stretch, *, both: bool) -> DivergenceType:
    if both:
        return DivergenceType.SEQUENCE_BREAK
    end = stretch.left + stretch.paired + stretch.lost, stretch.right + stretch.paired + stretch.gained
    ended = end == (len(left), len(right)) and len(left) > 0 and len(right) > 0
    return DivergenceType.EARLY_TERMINATION if ended else DivergenceType.MISSING_EVENT
