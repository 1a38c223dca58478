"""Values as bounded, comparable literals; and back again, for pins.

`encode` never calls user code: no `__repr__`, `__eq__`, `__hash__`, `__len__`, no property. It looks at
exact builtin types only and at the instance dictionary of everything else. Memory addresses and ids
never enter. A literal is JSON: scalars stand for themselves, the rest is a list that starts with a tag.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import sys
from binascii import crc32
from collections.abc import Callable
from math import isfinite
from typing import Any

from flakemark.events import Literal

MAX_TEXT = 1024
MAX_DEPTH = 5
NODES = 160
SOURCE_NODES = 20_000

_SCALARS = frozenset({int, bool, float, str, type(None)})
_SEQUENCES: dict[type, str] = {list: "list", tuple: "tuple", set: "set", frozenset: "frozenset"}
_NAMES: dict[type, str] = {}
_HAS_PLAIN_DICT: dict[type, bool] = {}
_QUALNAME = type.__dict__["__qualname__"]
_MODULE = type.__dict__["__module__"]
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
    if kind in _SCALARS:
        return _scalar(value, kind)
    tag = _SEQUENCES.get(kind)
    if tag is not None:
        return _sequence(tag, value, depth, budget)
    if kind is dict:
        return _mapping(value, depth, budget)
    if kind is bytes:
        return ["bytes", value.hex()] if len(value) <= MAX_TEXT else ["cut", "bytes", len(value), crc32(value)]
    return _object(value, kind, depth, budget)


def _scalar(value: Any, kind: type) -> Literal:
    if kind is str and len(value) > MAX_TEXT:
        return ["cut", "str", len(value), value[:64], crc32(value.encode("utf-8", "surrogatepass"))]
    if kind is float and not isfinite(value):
        return ["float", repr(value)]
    if kind is int and value.bit_length() > 4096:
        return ["cut", "int", value.bit_length(), value & 0xFFFFFFFF]
    return value


def _sequence(tag: str, value: Any, depth: int, budget: _Budget) -> Literal:
    if depth == 0 or budget.left <= 0:
        return ["cut", tag, len(value)]
    items: list[Literal] = []
    for item in list(value):
        if budget.left <= 0:
            return ["cut", tag, len(value), items]
        items.append(_encode(item, depth - 1, budget))
    return [tag, items]


def _mapping(value: dict[Any, Any], depth: int, budget: _Budget) -> Literal:
    if depth == 0 or budget.left <= 0:
        return ["cut", "dict", len(value)]
    items: list[Literal] = []
    for key, item in list(value.items()):
        if budget.left <= 0:
            return ["cut", "dict", len(value), items]
        items.append([_encode(key, depth - 1, budget), _encode(item, depth - 1, budget)])
    return ["dict", items]


def type_name(kind: type) -> str:
    """Name a class as "module.QualName" without running its metaclass."""
    name = _NAMES.get(kind)
    if name is None:
        module = _MODULE.__get__(kind)
        name = f"{module}.{_QUALNAME.__get__(kind)}" if type(module) is str else str(_QUALNAME.__get__(kind))
        _NAMES[kind] = name
    return name


def _plain_dict(kind: type) -> bool:
    """Whether instances have an ordinary `__dict__` (not a property of the user's)."""
    known = _HAS_PLAIN_DICT.get(kind)
    if known is None:
        found = _descriptors(kind)
        known = bool(found) and type(found[0]).__name__ == "getset_descriptor"
        _HAS_PLAIN_DICT[kind] = known
    return known


def _descriptors(kind: type) -> list[object]:
    found = []
    for base in type.__dict__["__mro__"].__get__(kind):
        namespace = type.__dict__["__dict__"].__get__(base)
        if "__dict__" in namespace:
            found.append(namespace["__dict__"])
    return found


def instance_attributes(value: object) -> list[tuple[str, Any]]:
    """Return the instance dictionary's items, without running any user code; empty where there is none."""
    if not _plain_dict(type(value)):
        return []
    namespace = object.__getattribute__(value, "__dict__")
    return list(namespace.items()) if type(namespace) is dict else []


def _object(value: Any, kind: type, depth: int, budget: _Budget) -> Literal:
    name = type_name(kind)
    special = _SPECIAL.get(name)
    if special is not None:
        return special(value)
    if issubclass_safe(kind, BaseException):
        return ["obj", name, [["args", _encode(_ARGS.__get__(value), max(depth - 1, 0), budget)]]]
    if type(kind).__name__ == "EnumType" or type(kind).__name__ == "EnumMeta":
        return ["enum", name, _enum_name(value)]
    if issubclass_safe(kind, type):
        return ["class", type_name(value)]
    return ["obj", name, _attributes(value, depth, budget)]


def issubclass_safe(kind: type, base: type) -> bool:
    """Like issubclass for real classes, without `__subclasscheck__` or `__mro__` overrides."""
    return base in type.__dict__["__mro__"].__get__(kind)


def _enum_name(value: object) -> str:
    name = dict(instance_attributes(value)).get("_name_", "?")
    return name if type(name) is str else "?"


def _attributes(value: object, depth: int, budget: _Budget) -> list[Literal]:
    if depth <= 1:
        return []
    shown: list[Literal] = []
    for key, item in instance_attributes(value)[:24]:
        if type(key) is str and type(item) in _SCALARS and budget.left > 0:
            shown.append([key, _encode(item, 0, budget)])
    return shown


def _datetime(value: Any) -> Literal:
    tz = value.tzinfo
    if tz is not None and type_name(type(tz)) != "datetime.timezone":
        return ["obj", "datetime.datetime", [["text", str(value.replace(tzinfo=None))]]]
    offset = None if tz is None else value.utcoffset().total_seconds()
    stamp = [value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond]
    return ["datetime", stamp, offset, value.fold]


def _function(value: Any) -> Literal:
    return ["fn", str(value.__code__.co_name) if hasattr(value, "__code__") else "?"]


_SPECIAL: dict[str, Callable[[Any], Literal]] = {
    "builtins.function": _function,
    "builtins.module": lambda value: ["module", str(object.__getattribute__(value, "__dict__").get("__name__"))],
    "builtins.builtin_function_or_method": lambda value: ["fn", value.__name__],
    "builtins.method": lambda value: ["fn", "method"],
    "datetime.datetime": _datetime,
    "datetime.date": lambda value: ["date", value.year, value.month, value.day],
    "datetime.timedelta": lambda value: ["timedelta", value.days, value.seconds, value.microseconds],
    "decimal.Decimal": lambda value: ["decimal", str(value)],
    "fractions.Fraction": lambda value: ["fraction", value.numerator, value.denominator],
    "uuid.UUID": lambda value: ["uuid", value.hex],
    "pathlib.PosixPath": lambda value: ["path", str(value)],
    "pathlib.WindowsPath": lambda value: ["path", str(value)],
    "pathlib._local.PosixPath": lambda value: ["path", str(value)],
    "pathlib._local.WindowsPath": lambda value: ["path", str(value)],
}


def decode(literal: Literal) -> Any:
    """Rebuild a value from its literal.

    Raises:
        NotPinnable: the literal was cut, or stands for an object that cannot be rebuilt.
    """
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
    except (NotPinnable, ValueError, TypeError, KeyError, AttributeError, ArithmeticError):
        return False
    return True


def _module(name: str) -> Any:
    module = sys.modules.get(name)
    if module is None:
        raise NotPinnable(name)
    return module


def _rebuild_datetime(literal: Literal) -> Any:
    module = _module("datetime")
    _, stamp, offset, fold = literal
    zone = None if offset is None else module.timezone(module.timedelta(seconds=offset))
    return module.datetime(*stamp, tzinfo=zone, fold=fold)


def _rebuild_enum(literal: Literal) -> Any:
    _, name, member = literal
    for cut in range(len(name.split(".")) - 1, 0, -1):
        parts = name.split(".")
        found: Any = sys.modules.get(".".join(parts[:cut]))
        for part in parts[cut:]:
            found = getattr(found, part, None)
        if found is not None:
            return found[member]
    raise NotPinnable(name)


_REBUILD = {
    "float": lambda literal: float(literal[1]),
    "bytes": lambda literal: bytes.fromhex(literal[1]),
    "list": lambda literal: [decode(item) for item in literal[1]],
    "tuple": lambda literal: tuple(decode(item) for item in literal[1]),
    "set": lambda literal: {decode(item) for item in literal[1]},
    "frozenset": lambda literal: frozenset(decode(item) for item in literal[1]),
    "dict": lambda literal: {decode(key): decode(item) for key, item in literal[1]},
    "datetime": _rebuild_datetime,
    "date": lambda literal: _module("datetime").date(*literal[1:]),
    "timedelta": lambda literal: _module("datetime").timedelta(*literal[1:]),
    "decimal": lambda literal: _module("decimal").Decimal(literal[1]),
    "fraction": lambda literal: _module("fractions").Fraction(literal[1], literal[2]),
    "uuid": lambda literal: _module("uuid").UUID(literal[1]),
    "path": lambda literal: _module("pathlib").Path(literal[1]),
    "enum": _rebuild_enum,
}
