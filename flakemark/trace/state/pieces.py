"""Pieces of shared state: how one is read, compared and put back, without calling the user's code.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from flakemark.literals import show
from flakemark.trace.fingerprint import encode, issubclass_safe

MISSING = object()
SCALARS = frozenset({int, float, bool, str, bytes, type(None)})
ITEMS = 500
_CLASS_DICT = type.__dict__["__dict__"]
_HIDDEN = ("__", "@", "_abc_")


class Piece:
    """One place where state lives: its path, how to read it, how to put it back.

    Attributes:
        path: e.g. "shop.cart.Cart.items[]".
        old: identity of its value when the snapshot was taken.
        shown: the value then, for people.
    """

    __slots__ = ("_keep", "old", "path", "read", "restore", "shown")

    def __init__(self, path: str, read: Callable[[], Any], restore: Callable[[], None]) -> None:
        self.path, self.read, self.restore = path, read, restore
        self._keep = read()  # alive, so that ids are not reused
        self.old = identity(self._keep)
        self.shown = text(self._keep)

    def changed(self) -> bool:
        """Whether the value is another one now."""
        return bool(identity(self.read()) != self.old)


def identity(value: Any) -> Any:
    """Return what makes a value this one: scalars by value, tuples item by item, everything else by address."""
    kind = type(value)
    if kind in SCALARS:
        return (kind, value)
    if kind is tuple:
        return tuple(identity(item) for item in value[:ITEMS])
    return id(value)


def text(value: Any) -> str:
    """Return a value as people read it."""
    return "<nothing>" if value is MISSING else show(encode(value))


def class_dict(owner: type) -> Any:
    """Return the names that a class defines itself, past its metaclass."""
    return _CLASS_DICT.__get__(owner)


def names(namespace: Any) -> list[Any]:
    """List the names in a dictionary or a class that count as state."""
    if issubclass_safe(type(namespace), type):
        namespace = class_dict(namespace)
    return [name for name in list(namespace) if type(name) in (str, bytes) and not text_of(name).startswith(_HIDDEN)]


def text_of(name: Any) -> str:
    """Return a name as text; those of the environment are bytes."""
    return name.decode("utf-8", "surrogateescape") if type(name) is bytes else str(name)


def entry(path: str, namespace: dict[Any, Any], name: Any) -> Piece:
    """Describe an entry of a dictionary of names: a global, an attribute, a variable of the environment."""
    old = namespace.get(name, MISSING)

    def restore() -> None:
        if old is MISSING:
            namespace.pop(name, None)
        else:
            namespace[name] = old

    return Piece(f"{path}.{text_of(name)}", lambda: namespace.get(name, MISSING), restore)


def class_entry(path: str, owner: type, name: str) -> Piece:
    """Describe an attribute of a class."""
    old = class_dict(owner).get(name, MISSING)

    def restore() -> None:
        if old is not MISSING:
            type.__setattr__(owner, name, old)
        elif name in class_dict(owner):
            type.__delattr__(owner, name)

    return Piece(f"{path}.{name}", lambda: class_dict(owner).get(name, MISSING), restore)


def appeared(path: str, namespace: Any, name: Any) -> Piece:
    """Describe a name that was not there: reading it gives what is there now, restoring it removes it."""
    if issubclass_safe(type(namespace), type):
        piece = class_entry(path, namespace, name)
        piece.restore = lambda: type.__delattr__(namespace, name) if name in class_dict(namespace) else None
    else:
        piece = entry(path, namespace, name)
        piece.restore = lambda: namespace.pop(name, None)
    piece.old, piece.shown = identity(MISSING), text(MISSING)
    return piece


def contents(path: str, value: Any) -> Piece:
    """Describe what a container holds: compared by identity, put back in place."""
    kind = type(value)
    saved = kind(value) if kind is not deque else deque(value, value.maxlen)

    def read() -> Any:
        return tuple(part for pair in list(value.items()) for part in pair) if kind is dict else tuple(value)

    def restore() -> None:
        value.clear()
        (value.extend if kind in (list, deque) else value.update)(saved)

    return Piece(f"{path}[]", read, restore)
