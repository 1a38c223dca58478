"""No code of the user is called, whatever a value is made of."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import decimal
import fractions
import gc
import json
import types
import uuid
import weakref
from typing import Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from flakemark.trace.anatomy import type_name
from flakemark.trace.fingerprint import encode

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


def test_generators_are_not_started() -> None:
    def generate() -> Any:
        CALLED.append("started")
        yield 1

    CALLED.clear()
    assert encode(generate())[0] == "obj"
    assert encode(map(print, [1]))[0] == "obj"
    assert CALLED == []
