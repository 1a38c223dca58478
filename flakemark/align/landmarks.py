"""Moments that are the same in both runs, whatever lies between them: events that each run has once, in the same order.

By execution index the third round of a loop pairs with the third. Where rounds were inserted, and what happens within
the rounds differs as well, all that comes later is shifted; the values tell by how much.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby

from flakemark.align.stretch import Stretch

PROOF = 3  # landmarks in a row that have to agree on how far the sides are shifted
Place = tuple[int, int]  # on the left, on the right


def landmarks(left: Sequence[int], right: Sequence[int]) -> list[Place]:
    """Find the events that both sides have once; those that another one passes on one side only are left out. O(events).

    Args:
        left: the events of one side, equal ones numbered alike.
        right: the events of the other side.
    """
    theirs = _once(right)
    places = [(place, theirs[token]) for token, place in _once(left).items() if token in theirs]
    others = [place for _, place in places]
    before = [-1, *accumulate(others, max)]
    after = [*reversed([*accumulate(reversed(others), min)][:-1]), len(right)] if others else []
    return [place for place, highest, lowest in zip(places, before, after, strict=False) if highest < place[1] < lowest]


def _once(tokens: Sequence[int]) -> dict[int, int]:
    counts = Counter(tokens)
    return {token: place for place, token in enumerate(tokens) if counts[token] == 1}


def parted_at(paired: Sequence[Stretch], marks: Sequence[Place]) -> list[Place]:
    """Return where the sides have to be parted so that landmarks are paired with each other; empty if they are.

    Args:
        paired: stretches in order that cover both sides.
        marks: landmarks in order.
    """
    runs = [[*run] for _, run in groupby(marks, lambda mark: mark[1] - mark[0])]
    certain = [run for run in runs if len(run) >= PROOF]
    if all(_agrees(found, run) for run, found in zip(certain, _at(paired, [run[0] for run in certain]), strict=True)):
        return []
    shifts = [run[0][1] - run[0][0] for run in certain]
    return [run[0] for run, shift, before in zip(certain, shifts, [0, *shifts], strict=False) if shift != before]


def _agrees(found: Stretch, run: Sequence[Place]) -> bool:
    return run[0][1] - run[0][0] == found.right - found.left and run[0][0] < found.left + found.paired


def _at(paired: Sequence[Stretch], places: Sequence[Place]) -> Iterator[Stretch]:
    """Yield for each place the stretch that its left event is in; O(stretches)."""
    stretches = iter(paired)
    current = next(stretches)
    for left, _ in places:
        while left >= current.left + current.paired + current.lost:
            current = next(stretches)
        yield current
