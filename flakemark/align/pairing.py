"""The walk: stretches in which both sides pass the same sites, and what only one side has between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from flakemark.align.rejoin import Rejoining
from flakemark.align.sides import Side, Sites

CHUNK = 256  # events compared at once where runs agree; smaller ones cost more calls, larger ones more repetition


class Stretch(NamedTuple):
    """Paired events, and the events after them that have no partner.

    Attributes:
        left, right: index of the first pair on each side.
        paired: how many pairs.
        lost, gained: events after them that only the left or only the right side has.
    """

    left: int
    right: int
    paired: int
    lost: int = 0
    gained: int = 0


def stretches(sites: Sites, left: Side, right: Side) -> Iterator[Stretch]:
    """Yield stretches in order; together they cover both sides. O(events) where the sides mostly agree."""
    rejoining = Rejoining(sites, left, right)
    i = j = 0
    while i < len(left) or j < len(right):
        paired = _steps_together(left.keys, right.keys, i, j)
        di, dj = rejoining.skip(i + paired, j + paired)
        yield Stretch(i, j, paired, di, dj)
        i, j = i + paired + di, j + paired + dj


def _steps_together(left: Sequence[int], right: Sequence[int], i: int, j: int) -> int:
    """Count the steps from here on which both sides take through the same sites."""
    start, most = i, i + min(len(left) - i, len(right) - j)
    while i < most and left[i : i + CHUNK] == right[j : j + CHUNK]:
        i, j = i + CHUNK, j + CHUNK
    while i < most and left[i] == right[j]:
        i, j = i + 1, j + 1
    return min(i, most) - start
