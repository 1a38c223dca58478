"""Values from literals, for pins.

Nothing of the user's is called for it: his classes are made without their `__new__` and `__init__`, and filled.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import time, timedelta, timezone
from enum import EnumMeta
from time import struct_time
from typing import Any

from flakemark.events import Literal
from flakemark.trace.anatomy import anatomy_of, class_called, issubclass_safe, names_of, role
from flakemark.trace.fingerprint import MAX_TEXT, NUMPY_SCALARS
from flakemark.trace.ticks import Own

__tracebackhide__ = True  # pytest shows no frame of this module

_MEMBER_MAP, _BY_VALUE = "_member_map_", "_value2member_map_"


class NotPinnable(ValueError):
    """The literal was cut or stands for an object that cannot be rebuilt."""


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


def is_pinnable(literal: Literal) -> bool:
    """Whether `decode` would succeed in this process; O(size). Outside of it, `flakemark.events.is_whole` says what was recorded."""
    try:
        decode(literal)
    except NotPinnable:
        return False
    return True


def _decode(literal: Literal) -> Any:
    if type(literal) is not list:
        return literal
    rebuild = _REBUILD.get(literal[0])
    if rebuild is None:
        raise NotPinnable(literal[0])
    return rebuild(literal)


def _module(name: str) -> Any:
    module = sys.modules.get(name)
    if module is None:
        raise NotPinnable(name)
    return module


def _datetime(literal: Literal) -> Any:
    _, stamp, offset, fold = literal
    zone = None if offset is None else timezone(timedelta(seconds=offset))
    year, month, day, *clock = stamp
    return Own.datetime.combine(Own.date(year, month, day), time(*clock, fold=fold), zone)


def _class(name: str) -> Any:
    found = class_called(name)
    if found is None:
        raise NotPinnable(name)
    return found


def _enum(literal: Literal) -> Any:
    _, name, member = literal
    kind = _class(name)
    if not issubclass_safe(type(kind), EnumMeta):
        raise NotPinnable(name)
    return _own(kind, _MEMBER_MAP)[member]


def _own(kind: type, attribute: str) -> Any:
    return type.__getattribute__(kind, attribute)


def _made(literal: Literal) -> Any:
    _, name, pairs = literal
    found = {key: _decode(item) for key, item in pairs}
    known = _MADE.get(name)
    if known is not None:
        return known(found)
    if name.startswith("numpy.") and name.removeprefix("numpy.") in NUMPY_SCALARS:
        return _class(name)(found["value"])
    kind = _class(name)
    if issubclass_safe(type(kind), EnumMeta):
        return _own(kind, _BY_VALUE)[found["_value_"]]
    if role(kind) is tuple:
        if tuple(names_of(kind, "_fields")) != tuple(found):
            raise NotPinnable(name)
        return tuple.__new__(kind, found.values())
    return _filled(kind, found)


def _filled(kind: Any, attributes: dict[str, Any]) -> Any:
    """Make an instance of a class of the user's and give it its attributes, in the dictionary or in slots."""
    if not anatomy_of(
        kind
    ).holds_fields:  # a literal may come from a stranger: an instance of any class could do something when it goes away
        raise NotPinnable("not a dataclass")
    made = object.__new__(kind)
    for name, item in attributes.items():
        object.__setattr__(made, name, item)
    return made


def _array(found: dict[str, Any]) -> Any:
    numpy = _module("numpy")
    dtype = numpy.dtype(found["dtype"])
    if dtype.kind not in "biufcU" or dtype.itemsize > 4 * MAX_TEXT:
        raise NotPinnable(found["dtype"])
    return numpy.array(found["items"], dtype=dtype).reshape(found["shape"])


def _zoned(found: dict[str, Any]) -> Any:
    return found["at"].replace(tzinfo=_module("zoneinfo").ZoneInfo(found["zone"]))


_MADE: dict[str, Callable[[dict[str, Any]], Any]] = {
    "builtins.complex": lambda found: complex(found["real"], found["imag"]),
    "builtins.range": lambda found: range(found["start"], found["stop"], found["step"]),
    "builtins.bytearray": lambda found: bytearray(found["value"]),
    "datetime.time": lambda found: time(*found["items"][:4], fold=found["items"][4]),
    "datetime.datetime": _zoned,
    "time.struct_time": lambda found: struct_time((*found["items"], found["zone"], found["offset"])),
    "collections.deque": lambda found: _module("collections").deque(found["items"], found["maxlen"]),
    "collections.OrderedDict": lambda found: _module("collections").OrderedDict(found["items"]),
    "collections.Counter": lambda found: _module("collections").Counter(found["items"]),
    "numpy.ndarray": _array,
}
_REBUILD: dict[str, Callable[[Literal], Any]] = {
    "float": lambda literal: float(literal[1]),
    "bytes": lambda literal: bytes.fromhex(literal[1]),
    "list": lambda literal: [_decode(item) for item in literal[1]],
    "tuple": lambda literal: tuple(_decode(item) for item in literal[1]),
    "set": lambda literal: {_decode(item) for item in literal[1]},
    "frozenset": lambda literal: frozenset(_decode(item) for item in literal[1]),
    "dict": lambda literal: {_decode(key): _decode(item) for key, item in literal[1]},
    "datetime": _datetime,
    "date": lambda literal: Own.date(*literal[1:]),
    "timedelta": lambda literal: timedelta(*literal[1:]),
    "decimal": lambda literal: _module("decimal").Decimal(literal[1]),
    "fraction": lambda literal: _module("fractions").Fraction(literal[1], literal[2]),
    "uuid": lambda literal: _module("uuid").UUID(literal[1]),
    "path": lambda literal: _module("pathlib").Path(literal[1]),
    "enum": _enum,
    "made": _made,
    "clock": lambda literal: _decode(literal[1]),
}
