"""The walk: stretches in which both sides pass the same sites, and what only one side has between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from flakemark.align.landmarks import Place, landmarks, parted_at
from flakemark.align.rejoin import Rejoining
from flakemark.align.rounds import Rounds
from flakemark.align.sides import CHUNK, Side
from flakemark.align.stretch import Stretch
from flakemark.align.structure import Sites


def pair(sites: Sites, left: Side, right: Side) -> list[Stretch]:
    """Return stretches in order that together cover both sides; O(events)."""
    rejoining, rounds = Rejoining(sites, left, right), Rounds(sites, left, right)
    ends = len(left), len(right)
    found = [*_walk(rejoining, (0, 0), ends)]
    doubtful = [stretch for place, stretch in enumerate(found) if rounds.is_in_doubt(stretch, only=place == 0)]
    if not doubtful:
        return found
    parts = parted_at(found, landmarks(*rounds.tokens))
    if parts:
        begun = rounds.begins(parts, doubtful)
        return [stretch for start, end in pairwise([(0, 0), *begun, ends]) for stretch in _walk(rejoining, start, end)]
    placed: list[Stretch] = []
    for stretch in found:
        placed.append(stretch)
        rounds.place(placed)
    return placed


def _walk(rejoining: Rejoining, start: Place, end: Place) -> Iterator[Stretch]:
    """Yield the stretches between two places."""
    (i, j), (left, right) = start, (rejoining.left.keys, rejoining.right.keys)
    while i < end[0] or j < end[1]:
        paired = _steps_together(left, right, (i, j), end)
        lost, gained = rejoining.skip((i + paired, j + paired), end)
        yield Stretch(i, j, paired, lost, gained)
        i, j = i + paired + lost, j + paired + gained


def _steps_together(left: Sequence[int], right: Sequence[int], start: Place, end: Place) -> int:
    """Count the steps from here on which both sides take through the same sites."""
    i, j = start
    most = i + min(end[0] - i, end[1] - j)
    while i < most and left[i : i + CHUNK] == right[j : j + CHUNK]:
        i, j = i + CHUNK, j + CHUNK
    while i < most and left[i] == right[j]:
        i, j = i + 1, j + 1
    return min(i, most) - start[0]
