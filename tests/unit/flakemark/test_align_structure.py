"""Rounds of loops and depths of recursion pair with their like: traces of real code, with and without word of its loops."""

from __future__ import annotations

from typing import Any

import pytest

from flakemark.align import align
from flakemark.divergence import NOTHING
from tests.unit.flakemark.observed import observe

NESTED = """
    def f(rows):
        for row in rows:
            head = row[0] + 0
            for cell in row[1:]:
                part = keep(cell)
            tail = head * 1
        return len(rows) * 0

    def keep(x):
        return x + 0
"""
BRANCHES = """
    def f(rows):
        for row in rows:
            if row > 5:
                a = row + 1
                b = a + 1
                c = b + 1
            else:
                d = row - 1
                e = d - 1
                g = e - 1
            keep()
        return len(rows) * 0

    def keep():
        return 0
"""
SKIPS = """
    def f(rows):
        for row in rows:
            if row > 5:
                keep(row)
            after = row * 0

    def keep(x):
        return x + 0
"""
RAISES = """
    def f(bad):
        for number in range(5):
            try:
                work(number, bad)
            except ValueError:
                mend(number)
            after = number + 0

    def work(number, bad):
        first = number + 1
        if number == bad:
            raise ValueError
        second = first + 1
        return second + 1

    def mend(number):
        return number + 0
"""
FACTORIAL = """
    def f(n):
        if n <= 1:
            return 1
        return int(f(n - 1) > 0)
"""
TREE = """
    def f(node):
        name = node[0] + 0
        for child in node[1:]:
            if child[0] > 0:
                kept = f(child)
        return 0 * name
"""


def differences(source: str, passing: Any, failing: Any, *, loops: bool = True) -> list[tuple[str, int, Any, Any, int]]:
    """Return kind, line, values and size of what differs."""
    found = align(observe(source, passing, loops=loops), observe(source, failing, loops=loops))
    return [(d.kind.value, d.site.site.line, d.passing, d.failing, d.count) for d in found]


def rows(*sizes: int) -> list[list[int]]:
    return [[number * 100, *range(number * 10, number * 10 + size)] for number, size in enumerate(sizes, 1)]


@pytest.mark.parametrize("loops", [True, False])
@pytest.mark.parametrize(("other", "kind"), [(5, NOTHING), (0, 20), (500, NOTHING)])
def test_the_third_round_pairs_with_the_third_if_the_second_had_other_inner_rounds(other: int, kind: Any, loops: bool) -> None:
    ((what, line, passing, _, count),) = differences(NESTED, rows(3, 3, 3, 3), rows(3, other, 3, 3), loops=loops)
    assert (what, line, passing, count) == ("missing_event", 11, kind, 2 * abs(other - 3))


@pytest.mark.parametrize("loops", [True, False])
def test_another_branch_in_one_round_does_not_shift_the_later_ones(loops: bool) -> None:
    found = differences(BRANCHES, [9, 9, 8, 9, 1, 9], [9, 1, 8, 9, 1, 9], loops=loops)
    assert found == [("value_mismatch", 4, True, False, 1), ("sequence_break", 9, 10, 0, 3)]


@pytest.mark.parametrize("loops", [True, False])
def test_other_branches_in_two_rounds_are_two_breaks(loops: bool) -> None:
    found = differences(BRANCHES, [9, 1, 9, 1, 9, 9], [9, 1, 1, 9, 9, 9], loops=loops)
    lines = [("value_mismatch", 4), ("sequence_break", 9), ("value_mismatch", 4), ("sequence_break", 5)]
    assert [(what, line) for what, line, *_ in found] == lines


@pytest.mark.parametrize("loops", [True, False])
def test_a_skipped_call_does_not_shift_later_rounds(loops: bool) -> None:
    found = differences(SKIPS, [7, 8, 9, 10, 11], [7, 2, 9, 10, 11], loops=loops)
    assert [(what, line, count) for what, line, _, _, count in found] == [("value_mismatch", 4, 1), ("missing_event", 9, 2)]


def test_an_exception_in_one_round_does_not_shift_later_rounds() -> None:
    found = differences(RAISES, 9, 2)
    assert [(what, line) for what, line, *_ in found] == [("value_mismatch", 12), ("sequence_break", 18)]


@pytest.mark.parametrize("loops", [True, False])
@pytest.mark.parametrize("place", range(7))
def test_an_inserted_round_is_one_block_wherever_it_is(place: int, loops: bool) -> None:
    passing = [9, 1, 10, 2, 3, 11]
    for new in (77, -5):
        failing = [*passing[:place], new, *passing[place:]]
        ((what, line, _, failing_value, count),) = differences(BRANCHES, passing, failing, loops=loops)
        assert (what, line, failing_value, count) == ("missing_event", 4, new > 5, 5)
        ((what, *_, count),) = differences(BRANCHES, failing, passing, loops=loops)
        assert (what, count) == ("missing_event", 5)


def test_rounds_inserted_at_several_places_are_as_many_blocks() -> None:
    passing = list(range(10, 60))
    failing = [*passing[:10], 101, *passing[10:30], 102, 103, *passing[30:45], 104, *passing[45:]]
    found = differences(BRANCHES, passing, failing)
    assert [(what, count) for what, *_, count in found] == [("missing_event", 5), ("missing_event", 10), ("missing_event", 5)]


@pytest.mark.parametrize("loops", [True, False])
@pytest.mark.parametrize("place", [0, 1, 12, 30, 59])
def test_an_inserted_round_is_one_block_although_the_rounds_are_of_many_lengths_and_differ_elsewhere(place: int, loops: bool) -> None:
    passing = [[100 + row, *range(1000 * row, 1000 * row + row * 7 % 5)] for row in range(60)]
    changed = [[*row, 5] if row[0] % 10 == 3 else row for row in passing]  # a cell more in every tenth row
    failing = [*changed[:place], [77, 1, 2], *changed[place:]]
    found = differences(NESTED, passing, failing, loops=loops)
    blocks = [(line, count) for what, line, *_, count in found if what == "missing_event"]
    inserted = (4, 2 + 2 * 2)
    assert blocks.count(inserted) == 1
    assert len(blocks) == 1 + 6
    assert {what for what, *_ in found} == {"missing_event"}


@pytest.mark.parametrize("loops", [True, False])
def test_a_recursion_that_goes_deeper_is_one_block_at_its_depth(loops: bool) -> None:
    found = differences(FACTORIAL, 5, 7, loops=loops)
    assert [(what, line, count) for what, line, _, _, count in found] == [("value_mismatch", 3, 1), ("missing_event", 3, 2 * 3)]


def test_a_subtree_that_is_skipped_is_one_block() -> None:
    passing = [1, [2], [3, [7], [8]], [4, [5], [6]], [9]]
    failing = [1, [2], [-3, [7], [8]], [4, [5], [6]], [9]]
    found = differences(TREE, passing, failing)
    assert [(what, line) for what, line, *_ in found] == [("value_mismatch", 5), ("missing_event", 3)]


def test_a_subtree_that_is_added_is_one_block() -> None:
    passing = [1, [2], [3], [4, [5], [6]]]
    failing = [1, [2], [3, [7], [8]], [4, [5], [6]]]
    found = differences(TREE, passing, failing)
    assert [(what, line) for what, line, *_ in found] == [("missing_event", 5)]
