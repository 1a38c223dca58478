"""Fingerprints for people: short, on one line, like Python where they can be."""

from __future__ import annotations

import collections
import datetime
import decimal
import enum
import fractions
import pathlib
import uuid
from typing import Any

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flakemark.literals import LIMIT, show
from flakemark.trace.fingerprint import encode


class Color(enum.Enum):
    RED = 1


class Cart:
    def __init__(self) -> None:
        self.owner, self.count, self.items = "ann", 2, [1, 2]


Point = collections.namedtuple("Point", "x y")  # noqa: PYI024 - this kind too


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (True, "True"),
        (1.5, "1.5"),
        ("a'b", '"a\'b"'),
        ([1, "x"], "[1, 'x']"),
        ((1,), "(1,)"),
        ((), "()"),
        (set(), "set()"),
        ({1}, "{1}"),
        (frozenset(), "frozenset()"),
        (frozenset({1}), "frozenset({1})"),
        ({}, "{}"),
        ({"a": [1]}, "{'a': [1]}"),
        (b"\x00a", "b'\\x00a'"),
        (float("nan"), "nan"),
        (-0.0, "-0.0"),
        (Color.RED, "Color.RED"),
        (Cart(), "Cart(owner='ann', count=2)"),
        (Point(1, 2), "Point(x=1, y=2)"),
        (numpy.arange(4.0).reshape(2, 2), "array([0.0, 1.0, 2.0, 3.0], shape=(2, 2))"),
        (numpy.float64(1.5), "float64(1.5)"),
        (range(1, 9, 2), "range(start=1, stop=9, step=2)"),
        (ValueError("x"), "ValueError(args=('x',))"),
        (datetime.datetime(2024, 2, 29, 1, 2, 3, 4, tzinfo=datetime.timezone.utc), "2024-02-29 01:02:03.000004"),
        (datetime.date(2024, 2, 29), "2024-02-29"),
        (datetime.timedelta(1, 2, 3), "1 days, 2.000003 s"),
        (decimal.Decimal("1.10"), "1.10"),
        (fractions.Fraction(1, 3), "1/3"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (pathlib.Path("/a"), "'/a'"),
        (len, "<function len>"),
        (Cart, "Cart"),
        (collections, "<module collections>"),
        (b"x" * 5000, "<bytes of 5000>"),
        ([[[[[[1]]]]]], "[[[[[<list of 1>]]]]]"),
    ],
)
def test_a_value_is_shown_as_a_person_would_write_it(value: Any, text: str) -> None:
    assert show(encode(value)) == text


def test_what_was_cut_says_how_much_there_is() -> None:
    assert show(encode(list(range(1000))), limit=10_000).endswith(", 39, …] (1000 in all)")
    assert show(encode(dict.fromkeys(range(1000))), limit=10_000).endswith(", 39: None, …} (1000 in all)")
    assert show(encode(frozenset(range(1000))), limit=10_000).endswith("…}) (1000 in all)")
    assert show(encode(2**100_000)) == "<int of 100001 bits>"
    assert show(encode("x" * 5000)) == repr("x" * 64) + "… (5000 characters)"


def test_a_text_is_no_longer_than_its_limit() -> None:
    assert len(show("x" * 1000)) == LIMIT
    assert show("x" * 1000, limit=5) == "'xxx…"


@given(
    st.recursive(
        st.none() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["cut", "obj", "dict", "bytes", "date"]), st.lists
    )
)
def test_anything_that_is_json_is_shown_on_one_line(literal: Any) -> None:
    assert "\n" not in show(literal)
