"""Pieces of shared state: how one is read, compared and put back, without calling the user's code.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

from flakemark.literals import show
from flakemark.trace.fingerprint import encode, issubclass_safe

MISSING = object()
SCALARS = frozenset({int, float, bool, str, bytes, type(None)})
ITEMS = 500
_STEADY = SCALARS | {FunctionType, BuiltinFunctionType, ModuleType, type}
_BASES: tuple[type, ...] = (OrderedDict, dict, list, set, deque)
_CLASS_DICT = type.__dict__["__dict__"]
_HIDDEN = ("__", "@", "_abc_")


def _never(_before: Any, _now: Any) -> bool:
    return False


class Piece:
    """One place where state lives: its path, how to read it, how to put it back.

    Attributes:
        path: e.g. "shop.cart.Cart.items[]".
        old: identity of its value when the snapshot was taken.
        view: reads the value for people, where that is another one than for comparing.
        outermost: whether its writer is the outermost line of the project, the one that called all others, not the innermost.
        inside: whether a change, from one identity to another, was made inside of what was put there before: then that write counts.
    """

    __slots__ = ("_keep", "_shown", "inside", "old", "outermost", "path", "read", "restore", "view")

    def __init__(
        self,
        path: str,
        read: Callable[[], Any],
        restore: Callable[[], None],
        view: Callable[[], Any] | None = None,
        *,
        outermost: bool = False,
        inside: Callable[[Any, Any], bool] = _never,
    ) -> None:
        self.path, self.read, self.restore, self.view = path, read, restore, view or read
        self.outermost, self.inside = outermost, inside
        self._keep = read()  # alive, so that ids are not reused
        self.old = identity(self._keep)
        # Most of thousands of pieces are never shown: what stays as it is can be put into words later.
        self._shown = None if type(self._keep) in _STEADY else self.text()

    @property
    def shown(self) -> str:
        """Return the value when the snapshot was taken, for people."""
        return text(self._keep) if self._shown is None else self._shown

    def was(self, value: Any) -> None:
        """Take another value for the one at the time of the snapshot: the piece was not there yet."""
        self.was_not_there(value, text(value))

    def was_not_there(self, value: Any, shown: str) -> None:
        """Likewise, with its own words for people."""
        self._keep, self.old, self._shown = value, identity(value), shown

    def text(self) -> str:
        """Return the value now, for people."""
        return text(self.view())

    def changed(self) -> bool:
        """Whether the value is another one now."""
        return bool(identity(self.read()) != self.old)


def identity(value: Any) -> Any:
    """Return what makes a value this one: scalars by value, tuples item by item, everything else by address."""
    kind = type(value)
    if kind in SCALARS:
        return (kind, value)
    if kind is tuple:
        return (len(value), *(identity(item) for item in value[:ITEMS]))
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
    piece.was(MISSING)
    return piece


def container_base(kind: type) -> type | None:
    """Return the builtin container of which a class is, or None; one that iterates in its own way is left alone."""
    base = next((base for base in _BASES if issubclass_safe(kind, base)), None)
    own = next(cls for cls in type.__dict__["__mro__"].__get__(kind) if "__iter__" in class_dict(cls)) if base is not None else None
    return base if own is base else None


def contents(path: str, value: Any, base: Any) -> Piece:
    """Describe what a container holds: compared by identity, put back in place, by the methods of its builtin base."""
    saved = items_of(value, base)

    def read() -> Any:
        now = items_of(value, base)
        return tuple(part for pair in now.items() for part in pair) if type(now) is dict else tuple(now)

    def restore() -> None:
        base.clear(value)
        if base is OrderedDict:
            for name, item in saved.items():
                base.__setitem__(value, name, item)
        else:
            (base.extend if base in (list, deque) else base.update)(value, saved)

    return Piece(f"{path}[]", read, restore, lambda: items_of(value, base))


def items_of(value: Any, base: Any) -> Any:
    """Copy a container into a plain dict, list or set; where the hashes are known, they are not asked for again."""
    if base is dict:
        return dict.copy(value)
    if base is OrderedDict:
        return dict(OrderedDict.items(value))
    return set().union(value) if base is set else list(base.__iter__(value))
