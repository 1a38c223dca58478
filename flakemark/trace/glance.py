"""Cheap literals: what one look at a value tells, in less than a microsecond.

The hot path cannot afford `fingerprint.encode`, which goes through containers and objects. A glance shows
a value's class, its size, and its first items as far as these are plain. It calls no user code either.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from itertools import islice
from typing import Any

from flakemark.events import Literal
from flakemark.trace.anatomy import type_name
from flakemark.trace.fingerprint import BY_TYPE, encode

__tracebackhide__ = True  # pytest shows no frame of this module

TEXT = 128
ITEMS = 4
LARGE = 1 << 62
_MOST = 20_000

_SMALL = -LARGE

# What an instance of a class looks like; None where every instance is worth a literal of its own, as moments and paths
# are; what it looks like as an item of something; and what makes the literal. Keyed by id, as in `anatomy`: the class is
# held weakly, so that an id that is used again does not mislead.
_LOOKS: dict[int, tuple[weakref.ref[type], Literal, Literal, Callable[[Any], Literal]]] = {}


def glance(value: Any) -> Literal:
    """Turn a value into a literal by one look at it; O(1)."""
    kind = type(value)
    known = _LOOKS.get(id(kind))
    if known is not None and known[0]() is kind:
        return known[3](value) if known[1] is None else known[1]
    if kind is list or kind is tuple:
        size, tag = len(value), "list" if kind is list else "tuple"
        items = [_item(item) for item in (value[:ITEMS] if size > ITEMS else value)]
        return [tag, items] if size <= ITEMS and list not in map(type, items) else ["cut", tag, size, items]
    if kind is dict:
        return ["cut", "dict", len(value), _pairs(value)]
    if kind is set or kind is frozenset:
        return ["cut", kind.__name__, len(value)]  # its order is looked at where it is iterated
    if kind is str or kind is int or kind is float or kind is bytes:
        return encode(value)
    return _unknown(value, kind)


def _pairs(value: dict[Any, Any]) -> list[list[Literal]]:
    try:
        return [[_item(key), _item(item)] for key, item in islice(value.items(), ITEMS)]
    except RuntimeError:  # another thread changes it meanwhile
        return []


def _item(value: Any) -> Literal:
    kind = type(value)
    if kind is str:
        return value if len(value) <= TEXT else encode(value)
    if value is None or kind is bool or (kind is int and _SMALL < value < LARGE):
        return value
    if kind is int or kind is float:
        return encode(value)
    known = _LOOKS.get(id(kind))
    return known[2] if known is not None and known[0]() is kind else ["obj", type_name(kind), []]


def _unknown(value: Any, kind: type) -> Literal:
    """Look at an instance of a class for the first time."""
    literal, name = encode(value, ITEMS), type_name(kind)
    plain = literal[:2] == ["obj", name] and _holds_attributes_only(literal[2])
    if len(_LOOKS) > _MOST:
        _LOOKS.clear()  # classes made in a loop
    bare: Literal = ["obj", name, []]
    look = bare if plain else None
    _LOOKS[id(kind)] = (weakref.ref(kind), look, bare, _maker(kind))
    return literal if look is None else look


def _maker(kind: type) -> Callable[[Any], Literal]:
    return (BY_TYPE.get(kind) if type(kind) is type else None) or _shortened


def _shortened(value: Any) -> Literal:
    return encode(value, ITEMS)


def _holds_attributes_only(shown: list[Any]) -> bool:
    """Whether nothing but its attributes was shown of an object: no items, no arguments of an exception."""
    return not any(name in ("items", "value", "args", "text", "shape") for name, *_ in shown)
