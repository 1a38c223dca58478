"""Values as bounded, comparable literals.

`encode` never calls user code: no `__repr__`, `__eq__`, `__hash__`, `__len__`, no property. It looks at
exact builtin types only and at the instance dictionary of everything else. Memory addresses and ids
never enter. A literal is JSON: scalars stand for themselves, the rest is a list that starts with a tag.

The tags of `flakemark.events.LOST` mark what cannot be put back; `flakemark.trace.rebuild` turns the others into values again.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import sys
from binascii import crc32
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta, timezone
from enum import EnumMeta
from itertools import islice
from time import struct_time
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

from flakemark.events import Literal, is_whole
from flakemark.trace.anatomy import (
    Anatomy,
    anatomy_of,
    instance_attributes,
    is_found_by_name,
    is_immutable,
    issubclass_safe,
    names_of,
    plain_text,
    type_name,
)
from flakemark.trace.ticks import Own

__tracebackhide__ = True  # pytest shows no frame of this module

__all__ = ["BY_TYPE", "encode", "instance_attributes", "issubclass_safe", "type_name"]

MAX_TEXT = 1024
MAX_DEPTH = 5
NODES = 160
SOURCE_NODES = 20_000
MAX_BITS = 4096
ATTRIBUTES = 24
SUMMED = 1 << 12  # characters or bytes at either end that go into a checksum

_SCALARS = frozenset({int, bool, float, str, type(None)})
_SEQUENCES: dict[type, str] = {list: "list", tuple: "tuple", set: "set", frozenset: "frozenset"}
_ARGS = BaseException.__dict__["args"]


class Budget:
    """How many nodes may still be written."""

    __slots__ = ("left",)

    def __init__(self, left: int) -> None:
        self.left = left


def encode(value: object, nodes: int = NODES) -> Literal:
    """Turn a value into a literal of at most `nodes` nodes; O(nodes), no user code is called."""
    return _encode(value, MAX_DEPTH, Budget(nodes))


def _encode(value: Any, depth: int, budget: Budget) -> Literal:
    budget.left -= 1
    kind = type(value)
    if type(kind) is not type:  # its metaclass may bring a hash of its own, so it is looked up nowhere
        return _object(value, kind, depth, budget)
    if kind in _SCALARS:
        return _scalar(value, kind)
    tag = _SEQUENCES.get(kind)
    if tag is not None:
        return _sequence(tag, iter(value), len(value), depth, budget)
    if kind is dict:
        return _mapping(iter(value.items()), len(value), depth, budget)
    if kind is bytes:
        return _bytes(value)
    special = BY_TYPE.get(kind)
    return special(value) if special is not None else _object(value, kind, depth, budget)


def _scalar(value: Any, kind: type) -> Literal:
    if kind is str:
        if len(value) > MAX_TEXT:
            return ["cut", "str", len(value), value[:64], _sum([part.encode("utf-8", "surrogatepass") for part in _ends(value)])]
    elif kind is int:
        if value.bit_length() > MAX_BITS:
            return ["cut", "int", value.bit_length(), value & 0xFFFFFFFF]
    elif kind is float and (value - value != 0 or (value == 0 and repr(value) != "0.0")):
        return ["float", repr(value)]  # not in JSON, or (minus zero) equal to another value
    return value


def _ends(value: Any) -> list[Any]:
    """Return what a checksum of a long text is made of; looking through a hundred megabytes at each line would be felt."""
    return [value] if len(value) <= 2 * SUMMED else [value[:SUMMED], value[:: len(value) // SUMMED], value[-SUMMED:]]


def _sum(parts: list[Any]) -> int:
    found = 0
    for part in parts:
        found = crc32(part, found)
    return found


def _bytes(value: Any) -> Literal:
    return ["bytes", value.hex()] if len(value) <= MAX_TEXT else ["cut", "bytes", len(value), _sum(list(map(bytes, _ends(value))))]


def _sequence(tag: str, source: Iterator[Any], size: int, depth: int, budget: Budget) -> Literal:
    """Encode the items that the budget allows; a container that another thread changes meanwhile is cut."""
    if depth == 0 or budget.left <= 0:
        return ["cut", tag, size]
    items: list[Literal] = []
    for item in _first(source, size, budget.left):
        if budget.left <= 0:
            break
        kind = type(item)
        if type(kind) is type and kind in _SCALARS:
            budget.left -= 1
            items.append(_scalar(item, kind))
        else:
            items.append(_encode(item, depth - 1, budget))
    return [tag, items] if len(items) == size else ["cut", tag, size, items]


def _mapping(source: Iterator[Any], size: int, depth: int, budget: Budget) -> Literal:
    if depth == 0 or budget.left <= 0:
        return ["cut", "dict", size]
    items: list[Literal] = []
    for key, item in _first(source, size, budget.left):
        if budget.left <= 0:
            break
        items.append([_encode(key, depth - 1, budget), _encode(item, depth - 1, budget)])
    return ["dict", items] if len(items) == size else ["cut", "dict", size, items]


def _first(source: Iterator[Any], size: int, most: int) -> list[Any]:
    """Take items in one go, so that nothing changes in between: a list of millions must not be copied for its first hundred."""
    try:
        return list(source) if size <= most else list(islice(source, most))
    except RuntimeError:
        return []


# objects


def _object(value: Any, kind: type, depth: int, budget: Budget) -> Literal:
    known = anatomy_of(kind)
    played, name = known.role, known.name
    if played is type:
        return ["class", type_name(value)]
    if name in _BY_NAME and _genuine(name, kind):
        try:
            return _BY_NAME[name](value, depth, budget)
        except (AttributeError, TypeError, ValueError):  # half built, or a fake module's
            return ["obj", name, []]
    if played is object:
        return _fields(value, known, depth, budget) if known.holds_fields else ["obj", name, _attributes(value, depth, budget)]
    if played is BaseException:
        return ["obj", name, [["args", _encode(_ARGS.__get__(value), max(depth - 1, 0), budget)]]]
    if played is EnumMeta:
        return _member(value, kind, name)
    if known.fields:
        return _named_tuple(value, known, depth, budget)
    attributes = _attributes(value, depth, budget)
    return ["obj", name, [*_content(value, played, depth, budget), *attributes]]


def _made(kind: type, name: str, pairs: list[Literal]) -> Literal:
    """Mark an object as one that can be put back: all of it is there, and its class can be found by name."""
    whole = all(type(item) is not list or is_whole(item) for _, item in pairs) and is_found_by_name(kind)
    return ["made" if whole else "obj", name, pairs]


def _member(value: Any, kind: type, name: str) -> Literal:
    attributes = dict(instance_attributes(value))
    member = plain_text(attributes.get("_name_"))
    number = attributes.get("_value_")
    if is_found_by_name(kind):
        if member in names_of(kind, "_member_map_"):
            return ["enum", name, member]
        if type(number) is int:  # several flags at once
            return ["made", name, [["_value_", number]]]
    return ["obj", name, [["name", member]]]


def _named_tuple(value: Any, known: Anatomy, depth: int, budget: Budget) -> Literal:
    names, name = known.fields, known.name
    items = list(tuple.__iter__(value))
    if depth <= 0 or len(names) != len(items) or len(items) > max(ATTRIBUTES, budget.left):
        return ["obj", name, _content(value, tuple, depth, budget)]
    return _made(type(value), name, [[one, _encode(item, depth - 1, budget)] for one, item in zip(names, items, strict=True)])


def _fields(value: Any, known: Anatomy, depth: int, budget: Budget) -> Literal:
    """Show a dataclass (or one of attrs) with everything that it holds, to be put back without calling it."""
    found = instance_attributes(value)
    if depth <= 1 or len(found) > ATTRIBUTES or budget.left <= 0 or any(type(key) is not str for key, _ in found):
        return ["obj", known.name, _attributes(value, depth, budget)]
    return _made(type(value), known.name, [[key, _encode(item, depth - 1, budget)] for key, item in found])


def _attributes(value: object, depth: int, budget: Budget) -> list[Literal]:
    if depth <= 1 or is_immutable(type(value)):
        return []
    shown: list[Literal] = []
    for key, item in instance_attributes(value)[:ATTRIBUTES]:
        kind = type(item)
        if type(key) is str and type(kind) is type and kind in _SCALARS and budget.left > 0:
            budget.left -= 1
            shown.append([key, _scalar(item, kind)])
    return shown


def _content(value: Any, base: Any, depth: int, budget: Budget) -> list[Literal]:
    """Show what an instance of a subclass holds as the builtin that it is: counters, numbers with a unit, other people's dates."""
    below = max(depth - 1, 0)
    if base is dict:
        return [["items", _mapping(iter(dict.items(value)), dict.__len__(value), below, budget)]]
    if base is bytes:
        return [["value", _bytes(bytes.__getitem__(value, slice(None)))]]
    if base is Own.datetime or base is Own.date:
        return [["value", _stamp(value, base)]]
    convert = _CONVERT.get(base)
    if convert is not None:
        return [["value", _scalar(convert(value), base)]]
    return [["items", _sequence(_SEQUENCES.get(base, "list"), base.__iter__(value), base.__len__(value), below, budget)]]


_CONVERT: dict[type, Callable[[Any], Any]] = {str: str.__str__, int: int.__int__, float: float.__float__}
_DAY = [date.__dict__[name].__get__ for name in ("year", "month", "day")]
_CLOCK = [datetime.__dict__[name].__get__ for name in ("hour", "minute", "second", "microsecond")]


def _stamp(value: Any, base: type) -> Literal:
    day = [read(value) for read in _DAY]
    return ["datetime", [*day, *(read(value) for read in _CLOCK)], None, 0] if base is Own.datetime else ["date", *day]


def _genuine(name: str, kind: type) -> bool:
    """Whether a class is the library's own and not a namesake, or a stand-in that a test put there."""
    known = _GENUINE.get(name)
    if known is None:
        if not is_found_by_name(kind):
            return False
        known = _GENUINE[name] = kind
    return known is kind


_GENUINE: dict[str, type] = {}


# types that are known


def _datetime(value: Any) -> Literal:
    tz = value.tzinfo
    stamp = [value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond]
    if tz is None or type(tz) is timezone:
        return ["datetime", stamp, None if tz is None else value.utcoffset().total_seconds(), value.fold]
    if type_name(type(tz)) == "zoneinfo.ZoneInfo" and _genuine("zoneinfo.ZoneInfo", type(tz)) and type(tz.key) is str:
        return ["made", "datetime.datetime", [["at", ["datetime", stamp, None, value.fold]], ["zone", tz.key]]]
    return ["obj", "datetime.datetime", [["text", str(value.replace(tzinfo=None))]]]  # a time zone of the user's: it is not asked


def _time(value: Any) -> Literal:
    if value.tzinfo is not None:
        return ["obj", "datetime.time", [["text", str(value.replace(tzinfo=None))]]]
    return ["made", "datetime.time", [["items", ["list", [value.hour, value.minute, value.second, value.microsecond, value.fold]]]]]


def _module_name(value: Any) -> Literal:
    return ["module", plain_text(object.__getattribute__(value, "__dict__").get("__name__"))]


def _complex(value: Any) -> Literal:
    return ["made", "builtins.complex", [["real", _scalar(value.real, float)], ["imag", _scalar(value.imag, float)]]]


def _range(value: Any) -> Literal:
    pairs = [[one, _scalar(number, int)] for one, number in (("start", value.start), ("stop", value.stop), ("step", value.step))]
    return _made(range, "builtins.range", pairs)


def _bytearray(value: Any) -> Literal:
    return _made(bytearray, "builtins.bytearray", [["value", _bytes(value)]])


def _struct_time(value: Any) -> Literal:
    items, zone, offset = list(value), value.tm_zone, value.tm_gmtoff
    if {type(item) for item in items} != {int} or type(zone) not in _SCALARS or type(offset) not in _SCALARS:
        return ["obj", "time.struct_time", []]  # anything can be put into one
    return ["made", "time.struct_time", [["items", ["list", items]], ["zone", zone], ["offset", offset]]]


BY_TYPE: dict[type, Callable[[Any], Literal]] = {
    FunctionType: lambda value: ["fn", plain_text(value.__code__.co_name)],
    BuiltinFunctionType: lambda value: ["fn", plain_text(value.__name__)],
    MethodType: lambda value: ["fn", "method"],
    ModuleType: _module_name,
    datetime: _datetime,
    date: lambda value: ["date", value.year, value.month, value.day],
    time: _time,
    timedelta: lambda value: ["timedelta", value.days, value.seconds, value.microseconds],
    complex: _complex,
    range: _range,
    bytearray: _bytearray,
    struct_time: _struct_time,
}


def _array(value: Any, depth: int, budget: Budget) -> Literal:
    code, size = value.dtype.kind, value.size
    whole = code in "biufcU" and value.dtype.fields is None and size <= max(budget.left, ATTRIBUTES)
    shown = value.flat[: size if whole else ATTRIBUTES].tolist()
    budget.left -= len(shown)
    items = ["list", [_encode(item, 1, Budget(2)) for item in shown]]
    pairs: list[Literal] = [["shape", ["tuple", list(value.shape)]], ["dtype", value.dtype.str], ["items", items]]
    if whole and is_whole(items):
        return ["made", "numpy.ndarray", pairs]
    if value.flags.c_contiguous and code in "biufc" and budget.left > 0:
        flat = value.reshape(-1).view("u1").data
        pairs.append(["sum", _sum([flat[:SUMMED], flat[-SUMMED:]])])
    return ["obj", "numpy.ndarray", pairs]


def _number(value: Any, depth: int, budget: Budget) -> Literal:
    return ["made", type_name(type(value)), [["value", encode(value.item())]]]


def _path(value: Any, depth: int, budget: Budget) -> Literal:
    return ["path", str(value)]


def _decimal(value: Any, depth: int, budget: Budget) -> Literal:
    return ["decimal", str(value)] if sys.getsizeof(value) <= MAX_TEXT else ["cut", "decimal", sys.getsizeof(value)]


def _fraction(value: Any, depth: int, budget: Budget) -> Literal:
    parts = [_scalar(value.numerator, int), _scalar(value.denominator, int)]
    return ["fraction", *parts] if all(type(part) is int for part in parts) else ["obj", "fractions.Fraction", [["of", ["tuple", parts]]]]


def _deque(value: Any, depth: int, budget: Budget) -> Literal:
    items = _sequence("list", iter(value), len(value), max(depth - 1, 0), budget)
    return ["made" if is_whole(items) else "obj", "collections.deque", [["items", items], ["maxlen", value.maxlen]]]


def _dict_like(value: Any, depth: int, budget: Budget) -> Literal:
    kind = type(value)
    items = _mapping(iter(kind.items(value)), dict.__len__(value), max(depth - 1, 0), budget)
    plain = is_immutable(kind) or not instance_attributes(value)
    return ["made" if is_whole(items) and plain else "obj", type_name(kind), [["items", items]]]


def _entry(value: Any, depth: int, budget: Budget) -> Literal:
    return ["obj", "posix.DirEntry", [["name", _encode(value.name, 0, budget)]]]


# By name: these modules are not ours to import. Their classes are bound when they are first seen.
NUMPY_SCALARS = (
    "bool", "bool_", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "longlong", "ulonglong",
    "float16", "float32", "float64", "complex64", "complex128", "str_",
)  # fmt: skip
_BY_NAME: dict[str, Callable[[Any, int, Budget], Literal]] = {
    "decimal.Decimal": _decimal,
    "fractions.Fraction": _fraction,
    "uuid.UUID": lambda value, depth, budget: ["uuid", value.hex],
    "pathlib.PosixPath": _path,
    "pathlib.WindowsPath": _path,
    "pathlib._local.PosixPath": _path,
    "pathlib._local.WindowsPath": _path,
    "posix.DirEntry": _entry,
    "nt.DirEntry": _entry,
    "collections.deque": _deque,
    "collections.OrderedDict": _dict_like,
    "collections.Counter": _dict_like,
    "numpy.ndarray": _array,
    **{f"numpy.{name}": _number for name in NUMPY_SCALARS},
}
