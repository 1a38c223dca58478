"""Values become bounded literals without a word to the user's code, and come back."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import gc
import io
import itertools
import json
import pathlib
import re
import time
import types
import uuid
import weakref
from typing import Any, NamedTuple
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flakemark.trace.anatomy import type_name
from flakemark.trace.fingerprint import MAX_TEXT, NODES, encode
from flakemark.trace.rebuild import NotPinnable, decode, is_pinnable

CALLED: list[str] = []
NAMES = (
    "__repr__",
    "__str__",
    "__eq__",
    "__ne__",
    "__hash__",
    "__len__",
    "__iter__",
    "__bool__",
    "__getattr__",
    "__getattribute__",
    "__format__",
    "__int__",
    "__float__",
    "__index__",
    "__contains__",
    "__next__",
    "__length_hint__",
    "__getitem__",
    "__reduce__",
    "__reduce_ex__",
    "__sizeof__",
    "__dir__",
    "__call__",
    "__lt__",
    "__sub__",
    "__rsub__",
    "__neg__",
    "items",
    "keys",
    "values",
    "tzinfo",
    "hex",
    "decode",
    "bit_length",
    "tolist",
)


@dataclasses.dataclass
class Held:
    x: int = 1
    y: tuple[int, ...] = (1, 2)


class Pair(NamedTuple):
    left: int
    right: int


BASES = (
    object,
    Held,
    Pair,
    datetime.date,
    datetime.time,
    uuid.UUID,
    collections.defaultdict,
    list,
    tuple,
    dict,
    set,
    frozenset,
    str,
    int,
    float,
    bytes,
    collections.OrderedDict,
    collections.Counter,
    collections.deque,
    Exception,
    KeyError,
    datetime.datetime,
    datetime.timedelta,
    decimal.Decimal,
    fractions.Fraction,
    type,
    types.ModuleType,
    bytearray,
    complex,
)


def trap(name: str) -> Any:
    def called(*args: Any, **kwargs: Any) -> Any:
        CALLED.append(name)
        raise RuntimeError(f"user code was called: {name}")

    return called


def touchy_metaclass(methods: list[str]) -> type:
    body = {name: trap(f"meta {name}") for name in methods if name not in ("__getattribute__", "__call__")}
    return type("Touchy", (type,), {**body, "__subclasscheck__": trap("meta check"), "__instancecheck__": trap("meta check")})


ARGUMENTS = {
    Pair: (1, 2),
    datetime.date: (2020, 1, 1),
    uuid.UUID: ("0" * 32,),
    datetime.datetime: (2020, 1, 1),
    datetime.timedelta: (1,),
    decimal.Decimal: (1,),
    fractions.Fraction: (1,),
    types.ModuleType: ("m",),
    type: ("a", (), {}),
}
PROPERTIES = ("args", "_name_", "__name__", "tzinfo", "year", "numerator", "_fields", "__dataclass_fields__", "left", "name")


def touchy(base: type, methods: list[str], meta: bool, with_properties: bool) -> Any:
    """Make an instance of a class whose every listed method is a trap; the traps are set when the instance is there."""
    metaclass = touchy_metaclass(methods) if meta and type(base) is type and base is not type else type(base)
    body = {name: property(trap(f"property {name}")) for name in PROPERTIES if with_properties}
    made = types.new_class("Odd", (base,), {} if base is type else {"metaclass": metaclass}, lambda namespace: namespace.update(body))
    instance = made(*ARGUMENTS.get(base, ()))
    for name in methods:
        type.__setattr__(made, name, trap(name))
    return instance


@given(st.sampled_from(BASES), st.lists(st.sampled_from(NAMES), unique=True), st.booleans(), st.booleans())
def test_no_code_of_the_user_is_called_whatever_the_class(base: type, methods: list[str], meta: bool, with_properties: bool) -> None:
    value = touchy(base, methods, meta, with_properties)
    CALLED.clear()
    literals = [encode(value), encode([value]), encode({1: value}), encode(type(value))]
    assert CALLED == []
    assert json.loads(json.dumps(literals)) == literals


def test_a_dict_property_of_the_users_is_not_asked() -> None:
    class Secretive:
        @property
        def __dict__(self) -> dict[str, Any]:
            raise RuntimeError

    assert encode(Secretive()) == ["obj", type_name(Secretive), []]


def test_a_class_that_lies_about_itself_is_seen_through() -> None:
    class Liar:
        @property
        def __class__(self) -> Any:
            raise RuntimeError

    assert encode(Liar()) == ["obj", type_name(Liar), []]


def test_an_unhashable_class_is_no_obstacle() -> None:
    class Meta(type):
        def __eq__(cls, other: object) -> bool:
            raise RuntimeError

        __hash__ = None  # type: ignore[assignment]

    class Odd(metaclass=Meta):
        def __init__(self) -> None:
            self.x = 1

    assert encode(Odd()) == ["obj", type_name(Odd), [["x", 1]]]
    assert encode([Odd]) == ["list", [["class", type_name(Odd)]]]


def test_a_namesake_of_a_known_type_is_not_taken_for_it() -> None:
    for name, module in [
        ("UUID", "uuid"),
        ("Decimal", "decimal"),
        ("datetime", "datetime"),
        ("function", "builtins"),
        ("module", "builtins"),
    ]:
        fake = type(name, (), {"__module__": module, "hex": property(trap("hex")), "__str__": trap("str")})
        CALLED.clear()
        assert encode(fake()) == ["obj", f"{module}.{name}", []]
        assert CALLED == []


def test_a_user_time_zone_is_not_asked() -> None:
    class Zone(datetime.tzinfo):
        def utcoffset(self, when: Any) -> Any:
            raise RuntimeError

        def dst(self, when: Any) -> Any:
            raise RuntimeError

    assert encode(datetime.datetime(2024, 1, 2, tzinfo=Zone())) == ["obj", "datetime.datetime", [["text", "2024-01-02 00:00:00"]]]


def test_classes_are_not_kept_alive() -> None:
    class Short:
        pass

    encode(Short())
    encode(Short)
    gone = weakref.ref(Short)
    del Short
    gc.collect()
    assert gone() is None


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


def size(literal: Any) -> int:
    return 1 + sum(map(size, literal)) if isinstance(literal, list) else 1


def deep() -> list[Any]:
    value: list[Any] = []
    for _ in range(10_000):
        value = [value]
    return value


def cyclic() -> dict[str, Any]:
    value: dict[str, Any] = {}
    value["self"] = [value, value]
    return value


def wide() -> Any:
    return [[[[list(range(50))] * 50] * 50] * 50] * 50


@pytest.mark.parametrize(
    "value",
    [
        deep(),
        cyclic(),
        wide(),
        list(range(10**6)),
        set(range(10**5)),
        dict.fromkeys(range(10**5)),
        "x" * 10**6,
        b"x" * 10**6,
        10**5000,
        (1,) * 10**6,
        collections.deque(range(10**5)),
        range(10**9),
        types.SimpleNamespace(**{f"a{n}": n for n in range(999)}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_literals_are_bounded(value: Any) -> None:
    assert size(encode(value)) < 12 * NODES
    assert len(json.dumps(encode(value))) < 10_000


@dataclasses.dataclass
class Node:
    children: list[Any]
    parent: Any = None


def tree(depth: int) -> Node:
    node = Node([tree(depth - 1) for _ in range(6)] if depth else [])
    for child in node.children:
        child.parent = node
    return node


def test_objects_that_hold_each_other_are_bounded() -> None:
    assert size(encode(tree(5))) < 12 * NODES
    assert size(encode([tree(2)] * 50)) < 12 * NODES


@pytest.mark.parametrize(
    "make", [lambda: "é" * 10**7, lambda: b"x" * 10**8, lambda: bytearray(10**8), lambda: 1 << 10**8, lambda: [0] * 10**7]
)
def test_the_time_for_a_huge_value_does_not_grow_with_it(make: Any) -> None:
    value = make()
    began = time.process_time()
    for _ in range(10):
        encode(value)
    assert (time.process_time() - began) / 10 < 0.02  # a checksum of all of it would take ten times as long


def test_huge_arrays_are_looked_at_in_parts() -> None:
    numpy = pytest.importorskip("numpy")
    square = numpy.zeros((3000, 3000))
    for value in (square, square.T, square[::2, ::3], square.astype("f4"), numpy.ma.zeros(9), square.view(numpy.matrix)):
        began = time.process_time()
        literal = encode(value)
        assert time.process_time() - began < 0.05
        assert size(literal) < 12 * NODES
    changed = square.copy()
    changed[-1, -1] = 1
    assert encode(changed) != encode(square)
    assert encode(numpy.array([object(), "x"], dtype=object))[0] == "obj"
    assert encode(numpy.zeros(2, dtype=[("a", "i4"), ("b", "f8")]))[0] == "obj"


def test_libraries_that_compute_when_asked_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("was asked")

    for mocked in (mock.MagicMock(side_effect=refuse), mock.Mock(spec=dict), mock.AsyncMock(), mock.sentinel.x, mock.call.a.b(1)):
        before = list(getattr(mocked, "mock_calls", []))
        encode(mocked)
        encode([mocked, {1: mocked}])
        assert list(getattr(mocked, "mock_calls", [])) == before


def test_a_lazy_attribute_of_an_orm_is_not_loaded() -> None:
    sqlalchemy = pytest.importorskip("sqlalchemy")
    from sqlalchemy import orm

    base = orm.declarative_base()
    columns = {
        "__tablename__": "t",
        "id": sqlalchemy.Column(sqlalchemy.Integer, primary_key=True),
        "name": sqlalchemy.Column(sqlalchemy.Text),
    }
    kind = type("Row", (base,), columns)
    engine = sqlalchemy.create_engine("sqlite://")
    base.metadata.create_all(engine)
    with orm.Session(engine) as session:
        session.add(kind(id=1, name="a"))
        session.commit()  # everything is expired now: reading an attribute asks the database
        row = session.get(kind, 1)
        session.expire(row)
        asked: list[str] = []
        sqlalchemy.event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
        for value in (row, session, engine, kind, session.query(kind), sqlalchemy.select(kind)):
            encode(value)
            encode([value])
        assert asked == []
    engine.dispose()


def test_frames_and_columns_of_pandas_are_not_computed() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": range(10**5), "b": 1.5})
    for value in (frame, frame["a"], frame.groupby("a"), frame.index):
        began = time.process_time()
        assert size(encode(value)) < 12 * NODES
        assert time.process_time() - began < 0.05
    assert encode(pandas.Timestamp("2024-02-29"))[2][0] == ["value", ["datetime", [2024, 2, 29, 0, 0, 0, 0], None, 0]]


def test_streams_and_iterators_are_not_moved(tmp_path: pathlib.Path) -> None:
    async def coroutine() -> None:
        return None

    waiting = coroutine()
    with (tmp_path / "f").open("w+") as file:
        file.write("abc")
        file.seek(1)
        streams: list[Any] = [
            file,
            io.StringIO("abc"),
            iter([1]),
            zip([1], [2], strict=True),
            itertools.count(),
            re.finditer("a", "aa"),
            waiting,
        ]
        for stream in streams:
            encode(stream)
            encode({"x": [stream]})
        assert file.tell() == 1
        assert [next(streams[2]), next(streams[3]), next(streams[4]), streams[1].read()] == [1, (1, 2), 0, "abc"]
    waiting.close()


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


def test_generators_are_not_started() -> None:
    def generate() -> Any:
        CALLED.append("started")
        yield 1

    CALLED.clear()
    assert encode(generate())[0] == "obj"
    assert encode(map(print, [1]))[0] == "obj"
    assert CALLED == []


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
