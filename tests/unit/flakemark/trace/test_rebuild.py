"""What was recorded is put back: the same value, of the same type, without a call of the user's code."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import enum
import json
import time
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flakemark.events import LOST, is_whole
from flakemark.trace.fingerprint import encode
from flakemark.trace.forcing import Force, put_back
from flakemark.trace.rebuild import NotPinnable, decode, is_pinnable

CALLED: list[str] = []


class Color(enum.Enum):
    RED = "r"


class Level(enum.IntEnum):
    LOW = 1


class Access(enum.Flag):
    READ = 1
    WRITE = 2


class Point(NamedTuple):
    x: float
    y: Any


@dataclasses.dataclass
class Order:
    name: str
    lines: list[Any] = dataclasses.field(default_factory=list)

    def __post_init__(self) -> None:
        CALLED.append("post_init")

    def __setattr__(self, name: str, value: Any) -> None:
        CALLED.append("setattr")
        object.__setattr__(self, name, value)


@dataclasses.dataclass(frozen=True, slots=True)
class Price:
    cents: int
    at: datetime.date


class Plain:
    def __init__(self, name: str) -> None:
        self.name = name


class Outer:
    @dataclasses.dataclass
    class Inner:
        x: int


VALUES = [
    Point(1.5, ("a", None)),
    Order("a", [1, Price(5, datetime.date(2024, 2, 29))]),
    Price(-1, datetime.date.min),
    Outer.Inner(3),
    Color.RED,
    Level.LOW,
    Access.READ | Access.WRITE,
    Access.READ,
    1 + 2j,
    complex("nan").imag,
    range(3, 9, 2),
    bytearray(b"xy"),
    datetime.time(1, 2, 3, 4, fold=1),
    time.gmtime(0),
    time.localtime(),
    collections.deque([1, (2,)], maxlen=5),
    collections.OrderedDict(b=1, a=2),
    collections.Counter("aab"),
    {"k": [Color.RED, {Price(1, datetime.date(2020, 1, 1)): Point(0, 0)}]},
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_it_comes_back_from_its_json(value: Any) -> None:
    literal = json.loads(json.dumps(encode(value)))
    assert is_whole(literal)
    CALLED.clear()
    back = decode(literal)
    assert CALLED == []
    assert type(back) is type(value)
    assert back == value
    assert encode(back) == literal


def test_a_time_with_the_name_of_its_zone_comes_back() -> None:
    zoneinfo = pytest.importorskip("zoneinfo")
    try:
        value = datetime.datetime(2024, 7, 1, 12, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"))
    except zoneinfo.ZoneInfoNotFoundError:
        pytest.skip("no time zones here")
    back = decode(encode(value))
    assert (back, back.tzinfo) == (value, value.tzinfo)


ARRAYS = ["int64", "int8", "float32", "float64", "bool", "complex128", "<U3"]


@pytest.mark.parametrize("dtype", ARRAYS)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3), (2, 0, 1)])
def test_arrays_come_back_in_shape_and_type(dtype: str, shape: tuple[int, ...]) -> None:
    numpy = pytest.importorskip("numpy")
    size = int(numpy.prod(shape))
    value = numpy.arange(size).reshape(shape).astype(dtype)
    back = decode(json.loads(json.dumps(encode(value))))
    assert numpy.array_equal(back, value)
    assert (back.dtype, back.shape) == (value.dtype, value.shape)
    for scalar in value.ravel():
        again = decode(json.loads(json.dumps(encode(scalar))))
        assert (again, type(again)) == (scalar, type(scalar))


def test_an_array_keeps_what_json_does_not_know() -> None:
    numpy = pytest.importorskip("numpy")
    value = numpy.array([float("nan"), float("inf"), -0.0, 5e-324])
    assert decode(json.loads(json.dumps(encode(value)))).tobytes() == value.tobytes()


def test_what_cannot_be_put_back_is_marked() -> None:
    @dataclasses.dataclass
    class Local:
        x: int

    holder = Order("a")
    holder.lines = [object()]
    for value in (Local(1), Plain("a"), holder, Point(1, object()), len, Plain, [Plain("b")], {"a": {1: Plain("c")}}, list(range(999))):
        literal = encode(value)
        assert not is_whole(literal)
        assert not is_pinnable(literal)


def test_a_class_that_hides_another_is_not_mistaken(monkeypatch: pytest.MonkeyPatch) -> None:
    value = Price(1, datetime.date(2020, 1, 1))
    literal = encode(value)
    monkeypatch.setitem(globals(), "Price", Order)
    assert encode(value)[0] == "obj"
    monkeypatch.setitem(globals(), "Price", 5)
    with pytest.raises(NotPinnable):
        decode(literal)


@given(st.recursive(st.none() | st.text(max_size=3) | st.integers(), lambda inner: st.lists(inner, max_size=3), max_leaves=12))
def test_a_strange_literal_is_refused_and_nothing_else(inner: Any) -> None:
    for literal in (
        ["made", "builtins.range", inner],
        ["made", inner, inner],
        ["made", f"{__name__}.Price", inner],
        ["clock", inner],
        inner,
    ):
        is_whole(literal)
        is_pinnable(literal)


@pytest.mark.parametrize(
    "name", ["os.environ", "subprocess.Popen", "builtins.list", "builtins.open", "builtins.type", "no.such.Thing", "numpy.memmap", ""]
)
def test_a_strangers_literal_calls_nothing(name: str) -> None:
    with pytest.raises(NotPinnable):
        decode(["made", name, [["args", ["list", ["touch", "/tmp/never"]]]]])


@pytest.mark.parametrize("dtype", ["O", "V9999999", "<U99999999", "no type", ["list", []]])
def test_a_strangers_array_of_another_type_is_refused(dtype: Any) -> None:
    pytest.importorskip("numpy")
    with pytest.raises(NotPinnable):
        decode(["made", "numpy.ndarray", [["items", ["list", ["a"]]], ["dtype", dtype], ["shape", ["tuple", [1]]]]])


def test_every_lost_tag_is_refused() -> None:
    for tag in LOST:
        assert not is_whole([tag, "x", []])
        assert not is_pinnable([tag, "x", []])


# put back into what is there now


def test_what_is_there_already_stays_the_very_object() -> None:
    value = [Plain("a"), {"b": [1]}]
    assert put_back(encode(value), value) is value
    price = Price(1, datetime.date(2020, 1, 1))
    assert put_back(encode(price), price) is price


def test_objects_are_put_into_the_recorded_order() -> None:
    a, b, c = Plain("a"), Plain("b"), Plain("c")
    for kind in (list, tuple):
        back = put_back(encode(kind([c, a, b])), kind([a, b, c]))
        assert back == kind([c, a, b])
        assert type(back) is kind
        assert [one is other for one, other in zip(back, [c, a, b], strict=True)] == [True] * 3
    assert put_back(encode([b, 5]), [a, b]) == [b, 5]


def test_objects_that_are_not_there_cannot_be_put_back() -> None:
    with pytest.raises(NotPinnable):
        put_back(encode([Plain("x")]), [Plain("a")])
    with pytest.raises(NotPinnable):
        put_back(encode([Plain("x")]), "text")
    force = Force()
    force.add({"kind": "pin", "site": "x", "values": [encode([Plain("x")])]})
    value = [Plain("a")]
    assert force.pinned(0, value) is value


def test_one_is_not_true_and_minus_zero_is_not_zero() -> None:
    assert put_back(1, True) is not True
    assert str(put_back(encode(-0.0), 0.0)) == "-0.0"
