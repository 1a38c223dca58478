"""Events that both runs have once say where they are at the same moment."""

from __future__ import annotations

import pytest

from flakemark.align.landmarks import landmarks, parted_at
from flakemark.align.stretch import Stretch


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ([], [], []),
        ([1, 2], [3, 4], []),
        ([1, 2, 3], [1, 2, 3], [(0, 0), (1, 1), (2, 2)]),
        ([1, 2, 3], [9, 1, 2, 3], [(0, 1), (1, 2), (2, 3)]),
        ([1, 1, 2], [1, 2, 2], []),  # more than once on one side
        ([1, 2, 3, 4], [1, 3, 2, 4], [(0, 0), (3, 3)]),  # one of the two in the middle has moved, whichever
        ([4, 1, 2, 3], [1, 2, 3, 4], []),  # likewise, as far as these can tell
        ([1, 5, 2], [1, 6, 2], [(0, 0), (2, 2)]),
    ],
)
def test_landmarks_are_what_both_have_once_in_the_same_order(left: list[int], right: list[int], expected: list[tuple[int, int]]) -> None:
    assert landmarks(left, right) == expected
    assert landmarks(right, left) == [(there, here) for here, there in expected]


def test_a_pairing_that_agrees_with_its_landmarks_is_left_alone() -> None:
    marks = [(place, place + 2) for place in range(3, 9)]
    assert parted_at([Stretch(0, 0, 3, 0, 2), Stretch(3, 5, 6)], marks) == []


def test_sides_are_parted_where_landmarks_begin_to_be_shifted() -> None:
    marks = [(0, 0), (1, 1), (2, 2), (4, 6), (5, 7), (6, 8), (8, 10), (9, 12), (10, 13), (11, 14)]
    assert parted_at([Stretch(0, 0, 12, 0, 3)], marks) == [(4, 6), (9, 12)]
    assert parted_at([Stretch(0, 0, 12, 3, 0)], [(there, here) for here, there in marks]) == [(6, 4), (12, 9)]


def test_a_few_landmarks_that_others_do_not_confirm_are_chance() -> None:
    assert parted_at([Stretch(0, 0, 9)], [(0, 0), (1, 1), (2, 2), (4, 6), (5, 7)]) == []
