"""Values as bounded, comparable literals; and back again, for pins.

`encode` never calls user code: no `__repr__`, `__eq__`, `__hash__`, `__len__`, no property. It looks at
exact builtin types only and at the instance dictionary of everything else. Memory addresses and ids
never enter. A literal is JSON: scalars stand for themselves, the rest is a list that starts with a tag.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import sys
from binascii import crc32
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta, timezone
from enum import EnumMeta
from itertools import islice
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

from flakemark.events import Literal
from flakemark.trace.anatomy import instance_attributes, issubclass_safe, plain_text, role, type_name

__tracebackhide__ = True  # pytest shows no frame of this module

__all__ = ["NotPinnable", "decode", "encode", "instance_attributes", "is_pinnable", "issubclass_safe", "type_name"]

MAX_TEXT = 1024
MAX_DEPTH = 5
NODES = 160
SOURCE_NODES = 20_000
MAX_BITS = 4096
ATTRIBUTES = 24

_SCALARS = frozenset({int, bool, float, str, type(None)})
_SEQUENCES: dict[type, str] = {list: "list", tuple: "tuple", set: "set", frozenset: "frozenset"}
_ARGS = BaseException.__dict__["args"]


class NotPinnable(ValueError):
    """The literal was cut or stands for an object that cannot be rebuilt."""


class _Budget:
    __slots__ = ("left",)

    def __init__(self, left: int) -> None:
        self.left = left


def encode(value: object, nodes: int = NODES) -> Literal:
    """Turn a value into a literal of at most `nodes` nodes; O(nodes), no user code is called."""
    return _encode(value, MAX_DEPTH, _Budget(nodes))


def _encode(value: Any, depth: int, budget: _Budget) -> Literal:
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
    special = _BY_TYPE.get(kind)
    return special(value) if special is not None else _object(value, kind, depth, budget)


def _scalar(value: Any, kind: type) -> Literal:
    if kind is str and len(value) > MAX_TEXT:
        return ["cut", "str", len(value), value[:64], crc32(value.encode("utf-8", "surrogatepass"))]
    if kind is float and (value - value != 0 or (value == 0 and repr(value) != "0.0")):
        return ["float", repr(value)]  # not in JSON, or (minus zero) equal to another value
    if kind is int and value.bit_length() > MAX_BITS:
        return ["cut", "int", value.bit_length(), value & 0xFFFFFFFF]
    return value


def _bytes(value: bytes) -> Literal:
    return ["bytes", value.hex()] if len(value) <= MAX_TEXT else ["cut", "bytes", len(value), crc32(value)]


def _sequence(tag: str, source: Iterator[Any], size: int, depth: int, budget: _Budget) -> Literal:
    """Encode the items that the budget allows; a container that another thread changes meanwhile is cut."""
    if depth == 0 or budget.left <= 0:
        return ["cut", tag, size]
    items: list[Literal] = []
    for item in _first(source, size, budget.left):
        if budget.left <= 0:
            break
        items.append(_encode(item, depth - 1, budget))
    return [tag, items] if len(items) == size else ["cut", tag, size, items]


def _mapping(source: Iterator[Any], size: int, depth: int, budget: _Budget) -> Literal:
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


def _object(value: Any, kind: type, depth: int, budget: _Budget) -> Literal:
    played = role(kind)
    if played is type:
        return ["class", type_name(value)]
    name = type_name(kind)
    if name in _BY_NAME and _genuine(name, kind):
        try:
            return _BY_NAME[name](value)
        except (AttributeError, TypeError, ValueError):  # half built, or a fake module's
            return ["obj", name, []]
    if played is BaseException:
        return ["obj", name, [["args", _encode(_ARGS.__get__(value), max(depth - 1, 0), budget)]]]
    if played is EnumMeta:
        return ["enum", name, plain_text(dict(instance_attributes(value)).get("_name_"))]
    attributes = _attributes(value, depth, budget)
    return ["obj", name, attributes if played is object else [*_content(value, played, depth, budget), *attributes]]


def _attributes(value: object, depth: int, budget: _Budget) -> list[Literal]:
    if depth <= 1:
        return []
    shown: list[Literal] = []
    for key, item in instance_attributes(value)[:ATTRIBUTES]:
        kind = type(item)
        if type(key) is str and type(kind) is type and kind in _SCALARS and budget.left > 0:
            shown.append([key, _encode(item, 0, budget)])
    return shown


def _content(value: Any, base: Any, depth: int, budget: _Budget) -> list[Literal]:
    """Show what an instance of a subclass holds as the builtin that it is: named tuples, counters, numbers with a unit."""
    below = max(depth - 1, 0)
    if base is dict:
        return [["items", _mapping(iter(dict.items(value)), dict.__len__(value), below, budget)]]
    if base is bytes:
        return [["value", _bytes(bytes.__getitem__(value, slice(None)))]]
    convert = _CONVERT.get(base)
    if convert is not None:
        return [["value", _scalar(convert(value), base)]]
    return [["items", _sequence(_SEQUENCES.get(base, "list"), base.__iter__(value), base.__len__(value), below, budget)]]


_CONVERT: dict[type, Callable[[Any], Any]] = {str: str.__str__, int: int.__int__, float: float.__float__}


def _genuine(name: str, kind: type) -> bool:
    """Whether a class is the library's own and not a namesake, or a stand-in that a test put there."""
    known = _GENUINE.get(name)
    if known is None:
        module, _, attribute = name.rpartition(".")
        found = sys.modules.get(module)
        if type(found) is not ModuleType or object.__getattribute__(found, "__dict__").get(attribute) is not kind:
            return False
        known = _GENUINE[name] = kind
    return known is kind


_GENUINE: dict[str, type] = {}


def _datetime(value: Any) -> Literal:
    tz = value.tzinfo
    stamp = [value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond]
    if tz is not None and type(tz) is not timezone:  # a time zone of the user's: it is not asked
        return ["obj", "datetime.datetime", [["text", str(value.replace(tzinfo=None))]]]
    offset = None if tz is None else value.utcoffset().total_seconds()
    return ["datetime", stamp, offset, value.fold]


def _module_name(value: Any) -> Literal:
    return ["module", plain_text(object.__getattribute__(value, "__dict__").get("__name__"))]


def _array(value: Any) -> Literal:
    shown = value.ravel()[:ATTRIBUTES].tolist() if value.size <= SOURCE_NODES else []
    return ["obj", "numpy.ndarray", [["shape", ["tuple", list(value.shape)]], ["size", value.size], ["items", encode(shown)]]]


def _number(value: Any) -> Literal:
    return ["obj", type_name(type(value)), [["value", encode(value.item())]]]


def _path(value: Any) -> Literal:
    return ["path", str(value)]


_BY_TYPE: dict[type, Callable[[Any], Literal]] = {
    FunctionType: lambda value: ["fn", plain_text(value.__code__.co_name)],
    BuiltinFunctionType: lambda value: ["fn", plain_text(value.__name__)],
    MethodType: lambda value: ["fn", "method"],
    ModuleType: _module_name,
    datetime: _datetime,
    date: lambda value: ["date", value.year, value.month, value.day],
    timedelta: lambda value: ["timedelta", value.days, value.seconds, value.microseconds],
}
# By name: these modules are not ours to import. Their classes are bound when they are first seen.
_NUMPY_SCALARS = (
    "bool",
    "bool_",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "float16",
    "float32",
    "float64",
)
_BY_NAME: dict[str, Callable[[Any], Literal]] = {
    "decimal.Decimal": lambda value: ["decimal", str(value)],
    "fractions.Fraction": lambda value: ["fraction", value.numerator, value.denominator],
    "uuid.UUID": lambda value: ["uuid", value.hex],
    "pathlib.PosixPath": _path,
    "pathlib.WindowsPath": _path,
    "pathlib._local.PosixPath": _path,
    "pathlib._local.WindowsPath": _path,
    "numpy.ndarray": _array,
    **{f"numpy.{name}": _number for name in _NUMPY_SCALARS},
}


def decode(literal: Literal) -> Any:
    """Rebuild a value from its literal.

    Raises:
        NotPinnable: the literal was cut, stands for an object that cannot be rebuilt, or is no literal at all.
    """
    try:
        return _decode(literal)
    except NotPinnable:
        raise
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        raise NotPinnable(type(error).__name__) from error


def _decode(literal: Literal) -> Any:
    if type(literal) is not list:
        return literal
    rebuild = _REBUILD.get(literal[0])
    if rebuild is None:
        raise NotPinnable(literal[0])
    return rebuild(literal)


def is_pinnable(literal: Literal) -> bool:
    """Whether `decode` would succeed; O(size)."""
    try:
        decode(literal)
    except NotPinnable:
        return False
    return True


def _module(name: str) -> Any:
    module = sys.modules.get(name)
    if module is None:
        raise NotPinnable(name)
    return module


def _rebuild_datetime(literal: Literal) -> Any:
    _, stamp, offset, fold = literal
    zone = None if offset is None else timezone(timedelta(seconds=offset))
    year, month, day, *clock = stamp
    return datetime.combine(date(year, month, day), time(*clock, fold=fold), zone)


def _rebuild_enum(literal: Literal) -> Any:
    _, name, member = literal
    parts = name.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        found: Any = sys.modules.get(".".join(parts[:cut]))
        for part in parts[cut:]:
            found = getattr(found, part, None)
        if issubclass_safe(type(found), EnumMeta):
            return found[member]
    raise NotPinnable(name)


_REBUILD: dict[str, Callable[[Literal], Any]] = {
    "float": lambda literal: float(literal[1]),
    "bytes": lambda literal: bytes.fromhex(literal[1]),
    "list": lambda literal: [_decode(item) for item in literal[1]],
    "tuple": lambda literal: tuple(_decode(item) for item in literal[1]),
    "set": lambda literal: {_decode(item) for item in literal[1]},
    "frozenset": lambda literal: frozenset(_decode(item) for item in literal[1]),
    "dict": lambda literal: {_decode(key): _decode(item) for key, item in literal[1]},
    "datetime": _rebuild_datetime,
    "date": lambda literal: date(*literal[1:]),
    "timedelta": lambda literal: timedelta(*literal[1:]),
    "decimal": lambda literal: _module("decimal").Decimal(literal[1]),
    "fraction": lambda literal: _module("fractions").Fraction(literal[1], literal[2]),
    "uuid": lambda literal: _module("uuid").UUID(literal[1]),
    "path": lambda literal: _module("pathlib").Path(literal[1]),
    "enum": _rebuild_enum,
}
