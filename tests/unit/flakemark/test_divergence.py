"""When two literals stand for equal values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flakemark.divergence import exactly, same
from flakemark.trace.fingerprint import encode

FLOATS = st.floats(allow_nan=False).map(lambda number: number + 0.0)  # no negative zero: it is recorded as a text
SCALARS = st.none() | st.booleans() | st.integers(-2, 2) | FLOATS | st.sampled_from([0.0, 1.0, "", "1", "None"])
LITERALS = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3), max_leaves=8)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (1, True),
        (1, 1.0),
        (0, False),
        (None, False),
        ([1], [True]),
        ([1], [1.0]),
        ([[[1]]], [[[True]]]),
        (["list", [1, 2]], ["list", [1, 2.0]]),
        ([1, 2], [1]),
        ("1", 1),
        ([], ""),
    ],
)
def test_values_of_other_types_are_not_the_same(left: Any, right: Any) -> None:
    assert not same(left, right)
    assert not same(right, left)


@pytest.mark.parametrize(("left", "right"), [(0.0, -0.0), ([0.0], [-0.0]), ([1], [True]), ((1, 2), [1, 2.0])])
def test_the_fingerprints_of_such_values_are_not_the_same(left: Any, right: Any) -> None:
    assert not same(encode(left), encode(right))


@pytest.mark.parametrize("around", [lambda text: text, lambda text: [text], lambda text: ["obj", "A", [["name", text]]]])
def test_memory_addresses_do_not_count(around: Any) -> None:
    assert same(around("<A at 0x7f0011223344>"), around("<A at 0x7f9988776655>"))
    assert not same(around("<A at 0x7f0011223344>"), around("<B at 0x7f0011223344>"))


def test_a_row_that_differs_only_in_an_address_is_not_exactly_equal() -> None:
    assert not exactly(["<A at 0x7f0011223344>"], ["<A at 0x7f9988776655>"])


@given(LITERALS, LITERALS)
def test_what_is_the_same_reads_the_same(left: Any, right: Any) -> None:
    assert same(left, right) == (repr(left) == repr(right))
    assert same(left, right) == same(right, left)


@given(st.lists(LITERALS, max_size=4), st.lists(LITERALS, max_size=4))
def test_rows_are_exactly_equal_if_all_of_their_items_are_the_same(left: list[Any], right: list[Any]) -> None:
    assert exactly(left, right) == (repr(left) == repr(right))
