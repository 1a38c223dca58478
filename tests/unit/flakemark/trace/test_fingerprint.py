"""Values become bounded literals without a word to the user's code, and come back."""

from __future__ import annotations

import collections
import datetime
import enum
import json
import pathlib
import uuid
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flakemark.trace.anatomy import type_name
from flakemark.trace.fingerprint import MAX_TEXT, encode
from flakemark.trace.rebuild import NotPinnable, decode, is_pinnable


class Color(enum.Enum):
    RED = 1


class Permission(enum.Flag):
    READ = 1
    WRITE = 2


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(alphabet=st.characters(), max_size=50)
ZONES = st.none() | st.integers(-1439, 1439).map(lambda minutes: datetime.timezone(datetime.timedelta(minutes=minutes)))
KNOWN = (
    st.binary(max_size=50)
    | st.datetimes(timezones=ZONES)
    | st.dates()
    | st.timedeltas()
    | st.uuids()
    | st.fractions()
    | st.decimals(allow_nan=False)
    | st.sampled_from([Color.RED, Permission.READ, pathlib.Path("/a/b"), pathlib.Path("c")])
)
HASHABLE = SCALARS | KNOWN | st.tuples(SCALARS, KNOWN)
VALUES = st.recursive(
    SCALARS | KNOWN,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(HASHABLE, inner, max_size=4)
        | st.sets(HASHABLE, max_size=4)
        | st.frozensets(HASHABLE, max_size=4)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_pinnable_comes_back_from_its_json(value: Any) -> None:
    literal = json.loads(json.dumps(encode(value)))
    assert literal == encode(value)
    if is_pinnable(literal):
        back = decode(literal)
        assert back == value
        assert type(back) is type(value)


@given(SCALARS | KNOWN)
def test_scalars_and_known_types_are_always_pinnable(value: Any) -> None:
    assert decode(encode(value)) == value


@given(st.recursive(st.none() | st.text() | st.integers() | st.floats(), st.lists, max_leaves=20))
def test_a_strange_literal_is_refused_and_nothing_else(literal: Any) -> None:
    try:
        decode(literal)
    except NotPinnable:
        assert not is_pinnable(literal)


@pytest.mark.parametrize(
    "literal",
    [
        [],
        [[]],
        ["list"],
        ["bytes", "x"],
        ["date", 0],
        ["enum", "os", "x"],
        ["enum", "a.b", "c"],
        ["enum", "?"],
        ["datetime", 1],
        ["set", [["list", []]]],
        ["uuid", "x"],
        ["cut", "str"],
        ["obj", "x", []],
        [{}],
    ],
)
def test_a_damaged_literal_cannot_be_pinned(literal: Any) -> None:
    assert not is_pinnable(literal)
    with pytest.raises(NotPinnable):
        decode(literal)


def test_a_cut_value_says_so_and_cannot_be_pinned() -> None:
    assert encode(list(range(1000)))[:3] == ["cut", "list", 1000]
    assert encode("é" * (MAX_TEXT + 1))[:3] == ["cut", "str", MAX_TEXT + 1]
    assert not is_pinnable(encode([list(range(1000))]))


def test_texts_that_differ_behind_the_cut_have_different_literals() -> None:
    assert encode("x" * 2000 + "a") != encode("x" * 2000 + "b")
    assert encode(b"x" * 2000 + b"a") != encode(b"x" * 2000 + b"b")


def test_the_order_of_sets_and_dicts_is_visible() -> None:
    assert encode({"a": 1, "b": 2}) != encode({"b": 2, "a": 1})
    items = set("abcdefgh")
    assert encode(items) == ["set", list(items)]


def test_floats_are_told_apart_exactly() -> None:
    assert [encode(value) for value in (float("nan"), float("inf"), -float("inf"), -0.0)] == [
        ["float", text] for text in ("nan", "inf", "-inf", "-0.0")
    ]
    assert encode(0.0) == 0.0
    assert encode(0.1 + 0.2) != encode(0.3)
    assert str(decode(encode(-0.0))) == "-0.0"
    assert json.loads(json.dumps(encode(float("nan")), allow_nan=False)) == ["float", "nan"]


def test_lone_surrogates_and_huge_numbers_survive_json() -> None:
    for value in ("\ud800", "a\udfffb", "\ud83d" * 2000, 2**4000, -(2**4000), 2**100_000):
        json.loads(json.dumps(encode(value)))
    assert decode(json.loads(json.dumps(encode("\ud800")))) == "\ud800"


def test_memory_addresses_do_not_enter() -> None:
    class Plain:
        def __init__(self) -> None:
            self.other = object()
            self.name = "x"

    assert encode(Plain()) == encode(Plain())
    assert encode(lambda: 0) == encode(lambda: 1)
    assert encode(Plain().__init__) == ["fn", "method"]


class Point(NamedTuple):
    x: int
    y: int


def test_what_subclasses_of_builtins_hold_is_visible() -> None:
    assert encode(Point(1, 2)) == ["made", type_name(Point), [["x", 1], ["y", 2]]]
    assert encode(collections.Counter("aab"))[2] == [["items", ["dict", [["a", 2], ["b", 1]]]]]
    assert encode(collections.deque([1], maxlen=3))[2] == [["items", ["list", [1]]], ["maxlen", 3]]
    assert encode(enum.IntEnum("Level", "LOW").LOW)[2] == [["name", "LOW"]]
    assert encode(type("Text", (str,), {})("x"))[2] == [["value", "x"]]


def test_slots_are_visible_and_unset_ones_are_not() -> None:
    class Slotted:
        __slots__ = ("a", "b")

    value = Slotted()
    value.a = 1
    assert encode(value)[2] == [["a", 1]]


def test_exceptions_show_their_arguments() -> None:
    assert encode(ValueError("x", 1)) == ["obj", "builtins.ValueError", [["args", ["tuple", ["x", 1]]]]]


def test_numpy_values_are_visible() -> None:
    numpy = pytest.importorskip("numpy")
    assert encode(numpy.int64(3))[2] == [["value", 3]]
    assert encode(numpy.array([1.5, 2.5]))[2] == [["shape", ["tuple", [2]]], ["dtype", "<f8"], ["items", ["list", [1.5, 2.5]]]]
    large = encode(numpy.zeros((1000, 1000)))
    assert (large[0], large[2][0]) == ("obj", ["shape", ["tuple", [1000, 1000]]])


def test_enum_members_come_back_as_the_very_member() -> None:
    assert decode(encode(Color.RED)) is Color.RED
    assert not is_pinnable(["enum", type_name(Color), "BLUE"])
    assert decode(encode(uuid.UUID(int=5))) == uuid.UUID(int=5)
