"""What a value is made of, found out without asking it.

Classes may have a metaclass whose `__hash__`, `__eq__`, `__name__` or `__subclasscheck__` is the user's. So no
class is a key of a dict here, none is compared but by identity, and everything is read through the slots of
`type` and `object` themselves.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import sys
import weakref
from collections import deque
from datetime import date, datetime
from enum import EnumMeta
from types import GetSetDescriptorType, MemberDescriptorType, ModuleType
from typing import Any, NamedTuple

__tracebackhide__ = True  # pytest shows no frame of this module

_QUALNAME = type.__dict__["__qualname__"]
_MODULE = type.__dict__["__module__"]
_MRO = type.__dict__["__mro__"]
_NAMESPACE = type.__dict__["__dict__"]
_FLAGS = type.__dict__["__flags__"]
_IMMUTABLE = 1 << 8  # Py_TPFLAGS_IMMUTABLETYPE
_is_subclass = type.__subclasscheck__
_MOST = 20_000
ROLES: tuple[type, ...] = (
    type, BaseException, tuple, list, set, frozenset, deque, dict, str, int, float, bytes, datetime, date,
)  # fmt: skip


class Anatomy(NamedTuple):
    """What is known of a class. The reference is weak: a test may wait for a class to go away.

    Attributes:
        role: as the function of this name says it.
        fields: of a named tuple.
        holds_fields: whether it is a dataclass, or one of attrs, and derives from nothing builtin.
    """

    alive: weakref.ref[type]
    name: str
    role: type
    has_plain_dict: bool
    slots: tuple[tuple[str, Any], ...]
    module: str
    holds_fields: bool
    fields: tuple[str, ...]


_KNOWN: dict[int, Anatomy] = {}


def anatomy_of(kind: type) -> Anatomy:
    """Say what is known of a class; it is looked at once."""
    known = _KNOWN.get(id(kind))
    if known is None or known.alive() is not kind:
        if len(_KNOWN) > _MOST:
            _KNOWN.clear()  # classes made in a loop
        known = _KNOWN[id(kind)] = _look_at(kind)
    return known


def _look_at(kind: type) -> Anatomy:
    module, name, played = _module_of(kind), plain_text(_QUALNAME.__get__(kind)), _role(kind)
    record = played is object and bool(names_of(kind, "__dataclass_fields__") or names_of(kind, "__attrs_attrs__"))
    fields = tuple(plain_text(one) for one in names_of(kind, "_fields")) if played is tuple else ()
    full_name = f"{module}.{name}" if module else name
    return Anatomy(weakref.ref(kind), full_name, played, _plain_dict(kind), _slots(kind), module, record, fields)


def type_name(kind: type) -> str:
    """Name a class as "module.QualName" without running its metaclass."""
    return anatomy_of(kind).name


def role(kind: type) -> type:
    """Say what instances of a class are before all else: the first of ROLES that it derives from, `EnumMeta` for enum members."""
    return anatomy_of(kind).role


def _role(kind: type) -> type:
    if not issubclass_safe(kind, type) and issubclass_safe(type(kind), EnumMeta):
        return EnumMeta
    return next((base for base in ROLES if issubclass_safe(kind, base)), object)


def issubclass_safe(kind: type, base: type) -> bool:
    """Like issubclass for real classes, without anybody's `__subclasscheck__`, `__eq__` or `__class__`."""
    return bool(_is_subclass(base, kind))


def bases(kind: type) -> tuple[type, ...]:
    """Return the classes of an instance's method resolution order, the class itself first."""
    found: tuple[type, ...] | None = _MRO.__get__(kind)
    return (kind, object) if found is None else found  # a class of the interpreter's that was never completed, as that of `co_lines()`


def is_immutable(kind: type) -> bool:
    """Whether a class is the interpreter's or an extension's: reading the `__dict__` of an instance would make one, and pickles show it."""
    return bool(_FLAGS.__get__(kind) & _IMMUTABLE)


def names_of(kind: type, attribute: str) -> tuple[Any, ...]:
    """Return what a tuple or the keys of a dictionary in the namespace of a class say, as `_fields` of named tuples; empty without one."""
    for base in bases(kind):
        found = _NAMESPACE.__get__(base).get(attribute)
        if type(found) is tuple or type(found) is dict:
            return tuple(found)
    return ()


def is_found_by_name(kind: type) -> bool:
    """Whether `class_called` gives this very class for its name."""
    known = anatomy_of(kind)
    name = known.name[len(known.module) + 1 :]
    module = sys.modules.get(known.module)
    if "." not in name and type(module) is ModuleType:
        return object.__getattribute__(module, "__dict__").get(name) is kind
    return class_called(known.name) is kind


def class_called(name: str) -> type | None:
    """Find a class by "module.QualName" among what is loaded; None for one inside of a function, or hidden by another."""
    parts = name.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        module = sys.modules.get(".".join(parts[:cut]))
        if type(module) is ModuleType:
            return _within(object.__getattribute__(module, "__dict__").get(parts[cut]), parts[cut + 1 :])
    return None


def _within(found: Any, inner: list[str]) -> type | None:
    for part in inner:
        if not issubclass_safe(type(found), type):
            return None
        found = _NAMESPACE.__get__(found).get(part)
    return found if issubclass_safe(type(found), type) else None


def plain_text(text: Any, default: str = "?") -> str:
    """Return a string as an exact `str`: a subclass may render itself; the default for anything else."""
    return str.__str__(text) if issubclass_safe(type(text), str) else default


def _module_of(kind: type) -> str:
    try:
        module = _MODULE.__get__(kind)
    except AttributeError:  # somebody deleted it
        return ""
    return module if type(module) is str else ""


def _plain_dict(kind: type) -> bool:
    """Whether instances have an ordinary `__dict__` (not a property of the user's)."""
    for base in bases(kind):
        namespace = _NAMESPACE.__get__(base)
        if "__dict__" in namespace:
            return type(namespace["__dict__"]) is GetSetDescriptorType
    return False


def _slots(kind: type) -> tuple[tuple[str, Any], ...]:
    """List the members that `__slots__` made, with the descriptors that read them."""
    found: dict[str, Any] = {}
    for base in bases(kind):
        namespace = _NAMESPACE.__get__(base)
        if "__slots__" in namespace:
            for name, member in list(namespace.items()):
                if type(name) is str and type(member) is MemberDescriptorType:
                    found.setdefault(name, member)
    return tuple(found.items())


def instance_namespace(value: object) -> dict[str, Any] | None:
    """Return the instance dictionary itself, or None where there is none of the ordinary kind."""
    if not anatomy_of(type(value)).has_plain_dict:
        return None
    namespace = object.__getattribute__(value, "__dict__")
    return namespace if type(namespace) is dict else None


def instance_attributes(value: object) -> list[tuple[str, Any]]:
    """Return the items of the instance dictionary and of slots, without running any user code; empty where there are none."""
    anatomy = anatomy_of(type(value))
    found: list[tuple[str, Any]] = []
    if anatomy.has_plain_dict:
        namespace = object.__getattribute__(value, "__dict__")
        if type(namespace) is dict:
            found.extend(list(namespace.items()))
    return found + [(name, member.__get__(value)) for name, member in anatomy.slots if _is_set(member, value)] if anatomy.slots else found


def _is_set(member: Any, value: object) -> bool:
    try:
        member.__get__(value)
    except AttributeError:
        return False
    return True
