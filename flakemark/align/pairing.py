"""The walk: stretches in which both sides pass the same sites, and what only one side has between them."""

from __future__ import annotations

from collections.abc import Sequence

from flakemark.align.rejoin import Rejoining
from flakemark.align.rounds import Rounds
from flakemark.align.sides import Side
from flakemark.align.stretch import Stretch
from flakemark.align.structure import Sites

CHUNK = 256  # events compared at once where runs agree; smaller ones cost more calls, larger ones more repetition


def pair(sites: Sites, left: Side, right: Side) -> list[Stretch]:
    """Return stretches in order that together cover both sides; O(events)."""
    rejoining, rounds = Rejoining(sites, left, right), Rounds(sites, left, right)
    found: list[Stretch] = []
    i = j = 0
    while i < len(left) or j < len(right):
        paired = _steps_together(left.keys, right.keys, i, j)
        lost, gained = rejoining.skip(i + paired, j + paired)
        found.append(Stretch(i, j, paired, lost, gained))
        rounds.place(found)
        i, j = i + paired + lost, j + paired + gained
    return found


def _steps_together(left: Sequence[int], right: Sequence[int], i: int, j: int) -> int:
    """Count the steps from here on which both sides take through the same sites."""
    start, most = i, i + min(len(left) - i, len(right) - j)
    while i < most and left[i : i + CHUNK] == right[j : j + CHUNK]:
        i, j = i + CHUNK, j + CHUNK
    while i < most and left[i] == right[j]:
        i, j = i + 1, j + 1
    return min(i, most) - start
