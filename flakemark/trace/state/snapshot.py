"""Which places of shared state there are at one moment, and which are different now.

Looked at: globals of all loaded modules, attributes of the project's classes, the containers and objects
that hang on them, os.environ, sys.path, the current directory, loggers, warning filters, the random state,
lru caches, mutable defaults, entries of sys.modules, the values of live fixtures, and threads that go on running.
Every piece has a path that is the same in every fork of one server.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Iterator
from types import FunctionType, ModuleType
from typing import Any

from flakemark.trace.anatomy import instance_namespace
from flakemark.trace.fingerprint import instance_attributes, issubclass_safe, type_name
from flakemark.trace.state.caches import cache_piece
from flakemark.trace.state.loggers import PREFIX, logger_names, logger_pieces, new_logger_pieces
from flakemark.trace.state.pieces import SCALARS, Piece, appeared, class_dict, class_entry, container_base, contents, entry, items_of, names
from flakemark.trace.state.process import MODULES, process_pieces, stubs
from flakemark.trace.state.running import PREFIX as THREAD
from flakemark.trace.state.running import Running

MOST_HOLDERS = 20_000
DEPTH = 6
ENVIRON = "os.environ"
_TOOLS = ("flakemark", "_pytest", "pytest", "_ctypes", "importlib", "hypothesis", "pluggy", "xdist", "execnet", "coverage")
_NOISE = frozenset({"_cache", "manager", "parent", "__warningregistry__", "__builtins__", "__cached__", "__spec__", "__loader__"})


def _is_looked_at(name: str, module: object) -> bool:
    return issubclass_safe(type(module), ModuleType) and not name.startswith(_TOOLS)


class Snapshot:
    """The state at one moment.

    Args:
        owns: whether a file is the project's own.
        fixtures: values of live fixtures by name.
        only: paths; where they are all that is asked for, modules of others in which none of them lies are left out: those are many.
    """

    def __init__(self, owns: Callable[[str], bool], fixtures: dict[str, Any], only: Collection[str] = ()) -> None:
        self._owns = owns
        self._seen: set[int] = set()
        self._namespaces: list[tuple[str, Any, dict[str, Any]]] = []
        self._known_loggers: set[str] = set()
        self._running = Running()
        self.pieces: list[Piece] = []
        self._special()
        modules = [(name, module) for name, module in list(sys.modules.items()) if _is_looked_at(name, module)]
        # The project's own first: the others are many, and the bound on pieces is there for them.
        own = [entry for entry in modules if self._is_owned(entry[1])]
        for name, module in own:
            self._module(name, module)
        for name, value in fixtures.items():
            self.fixture(name, value)
        for name, module in modules:
            if not self._is_owned(module) and (not only or any(path.startswith(f"{name}.") for path in only)):
                self._module(name, module)
        self._modules = dict(sys.modules)
        self.pieces += [entry(MODULES, sys.modules, name) for name in self._modules if type(name) is str]

    def fixture(self, name: str, value: Any) -> None:
        """Add what a live fixture holds."""
        self._descend(f"fixture {name}", value, DEPTH)

    def changes(self) -> list[Piece]:
        """List what is different now, pieces that appeared since then included."""
        found = [piece for piece in self.pieces if piece.changed()]
        for path, namespace, before in self._namespaces:
            found += [appeared(path, namespace, name) for name in names(namespace) if name not in before and name not in _NOISE]
        new = [name for name in logger_names() if name not in self._known_loggers]
        found += [piece for name in new for piece in new_logger_pieces(name) if piece.changed()]
        return found + stubs(self._modules) + self._running.pieces()

    def find(self, path: str) -> Piece | None:
        """Find a piece by its path, also one that did not exist then."""
        known = next((piece for piece in self.pieces if piece.path == path), None)
        return known or next((piece for piece in self._absent(path)), None)

    def _absent(self, path: str) -> Iterator[Piece]:
        if path.startswith(THREAD):
            yield self._running.piece(path)
        if path.startswith(PREFIX):
            yield from (piece for piece in new_logger_pieces(path[len(PREFIX) :].rpartition(".")[0]) if piece.path == path)
        if path.startswith(MODULES + ".") and path[len(MODULES) + 1 :] not in self._modules:
            yield appeared(MODULES, sys.modules, path[len(MODULES) + 1 :])
        for place, namespace, before in self._namespaces:
            if path.startswith(place + "."):
                name: Any = path[len(place) + 1 :]
                if place == ENVIRON:
                    name = name.encode("utf-8", "surrogateescape")
                if name not in before and (place == ENVIRON or "." not in name):
                    yield appeared(place, namespace, name)

    # the process

    def _special(self) -> None:
        environment = os.environ._data  # type: ignore[attr-defined]
        self._namespaces.append((ENVIRON, environment, dict(environment)))
        for key in list(environment):
            self.pieces.append(entry(ENVIRON, environment, key))
        self._container("sys.path", sys.path, 0)
        self.pieces += process_pieces()
        warnings = sys.modules.get("warnings")
        if warnings is not None:
            self._container("warnings.filters", warnings.filters, 0)
        self._loggers()

    def _loggers(self) -> None:
        for name in logger_names():
            self._known_loggers.add(name)
            self.pieces += logger_pieces(name)

    # what hangs on modules and fixtures

    def _is_owned(self, module: ModuleType) -> bool:
        file = object.__getattribute__(module, "__dict__").get("__file__")
        return type(file) is str and self._owns(file)

    def _module(self, name: str, module: ModuleType) -> None:
        namespace = object.__getattribute__(module, "__dict__")
        own = self._is_owned(module)
        self._namespaces.append((name, namespace, dict(namespace)))
        for key, value in list(namespace.items()):
            if type(key) is not str or key in _NOISE or key.startswith(("@", "__")):
                continue
            self.pieces.append(entry(name, namespace, key))
            if own:
                self._descend(f"{name}.{key}", value, DEPTH)

    def _descend(self, path: str, value: Any, depth: int) -> None:
        if depth == 0 or id(value) in self._seen or len(self.pieces) > MOST_HOLDERS:
            return
        kind = type(value)
        if kind in SCALARS or kind is ModuleType:
            return
        self._seen.add(id(value))
        look = self._look_at(kind, depth)
        if look is not None:
            look(path, value, depth)

    def _look_at(self, kind: type, depth: int) -> Callable[[str, Any, int], None] | None:
        """Choose how to look into a value of this class; None if it is not looked into."""
        if container_base(kind) is not None:
            return self._container
        if kind is tuple:
            return self._tuple
        if kind is FunctionType:
            return self._function
        if type_name(kind) == "functools._lru_cache_wrapper":
            return self._cache
        if issubclass_safe(kind, type):
            return self._class
        return self._instance if self._is_own(kind) or depth == DEPTH else None

    def _is_own(self, kind: type) -> bool:
        module = sys.modules.get(str(class_dict(kind).get("__module__")))
        file = getattr(module, "__file__", None)
        return type(file) is str and self._owns(file)

    def _container(self, path: str, value: Any, depth: int) -> None:
        base = container_base(type(value))
        self.pieces.append(contents(path, value, base))
        items = items_of(value, base)
        for place, item in enumerate(list(items.values() if type(items) is dict else items)[:200]):
            self._descend(f"{path}[{place}]", item, depth - 1 if depth else 0)
        if self._is_own(type(value)):
            self._instance(path, value, depth)

    def _tuple(self, path: str, value: tuple[Any, ...], depth: int) -> None:
        for place, item in enumerate(value[:50]):
            self._descend(f"{path}[{place}]", item, depth - 1)

    def _cache(self, path: str, value: Any, _depth: int) -> None:
        self.pieces.append(cache_piece(f"{path} (cache)", value))

    def _function(self, path: str, value: Any, depth: int) -> None:
        if not self._owns(value.__code__.co_filename):
            return
        for place, default in enumerate(value.__defaults__ or ()):
            self._descend(f"{path} default {place}", default, depth - 1)
        wrapped = dict(instance_attributes(value))
        for name, item in wrapped.items():
            self._descend(f"{path}.{name}", item, depth - 1)
        for place, cell in enumerate(value.__closure__ or ()):
            self._cell(f"{path} closure {place}", cell, depth)

    def _cell(self, path: str, cell: Any, depth: int) -> None:
        try:
            self._descend(path, cell.cell_contents, depth - 1)
        except ValueError:  # an empty cell
            return

    def _class(self, path: str, value: type, depth: int) -> None:
        if not self._is_own(value):
            return
        for name, item in list(class_dict(value).items()):
            if name.startswith(("__", "_abc_")):
                continue
            self.pieces.append(class_entry(path, value, name))
            inner = item.__func__ if type(item) in (staticmethod, classmethod) else item
            self._descend(f"{path}.{name}", inner, depth - 1)
        self._namespaces.append((path, value, dict(class_dict(value))))

    def _instance(self, path: str, value: Any, depth: int) -> None:
        namespace = instance_namespace(value)
        if namespace is not None:
            self._namespaces.append((path, namespace, dict(namespace)))
        for name, item in instance_attributes(value):
            if type(name) is str and name not in _NOISE:
                if namespace is not None and name in namespace:
                    self.pieces.append(entry(path, namespace, name))
                self._descend(f"{path}.{name}", item, depth - 1)
