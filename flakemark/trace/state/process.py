"""State that hangs on no module of the project: the process, and what libraries keep for all of it.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

from flakemark.trace.fingerprint import issubclass_safe
from flakemark.trace.state.pieces import SCALARS, Piece, appeared

MODULES = "sys.modules"
_getcwd, _chdir = os.getcwd, os.chdir

# Path of the piece: the module that keeps it, and how it is read and written. Bound before tests run: they patch such functions.
_Access = tuple[Callable[[], Any], Callable[[Any], Any]]
_SETTINGS: dict[str, tuple[str, Callable[[Any], _Access]]] = {
    "random state": ("random", lambda it: (it.getstate, it.setstate)),
    "numpy's random state": ("numpy.random", lambda it: (partial(it.get_state, legacy=False), it.set_state)),
    "locale": ("locale", lambda it: (partial(it.setlocale, it.LC_ALL), partial(it.setlocale, it.LC_ALL))),
    "decimal context": ("decimal", lambda it: (partial(_copy, it.getcontext), it.setcontext)),
    "recursion limit": ("sys", lambda it: (it.getrecursionlimit, it.setrecursionlimit)),
    "default timeout of sockets": ("socket", lambda it: (it.getdefaulttimeout, it.setdefaulttimeout)),
}


def process_pieces() -> list[Piece]:
    """Describe the current directory and the settings of the libraries that are loaded."""
    where = _getcwd()
    pieces = [Piece("current directory", _getcwd, lambda: _chdir(where))]
    for path, (name, access) in _SETTINGS.items():
        module = sys.modules.get(name)
        if type(module) is ModuleType:
            pieces.append(_piece(path, *access(module)))
    return pieces


def _piece(path: str, read: Callable[[], Any], write: Callable[[Any], Any]) -> Piece:
    return Piece(path, lambda: _mark(read()), partial(write, read()))


def _mark(value: Any) -> Any:
    """Make a state comparable: that of a generator is long."""
    if type(value) in SCALARS:
        return value
    return hash(value) if type(value) is tuple else repr(value)


def _copy(current: Callable[[], Any]) -> Any:
    return current().copy()


def stubs(before: dict[str, Any]) -> list[Piece]:
    """Describe the modules that were put into sys.modules by hand since then; one that was imported is no change to undo."""
    new = [name for name in list(sys.modules) if type(name) is str and name not in before]
    return [appeared(MODULES, sys.modules, name) for name in new if not _was_imported(sys.modules.get(name))]


def _was_imported(module: Any) -> bool:
    return issubclass_safe(type(module), ModuleType) and object.__getattribute__(module, "__dict__").get("__spec__") is not None
