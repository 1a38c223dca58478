"""Shared state that one test can leave behind for another: what changed, putting it back, and who wrote it.

Looked at: globals of all loaded modules, attributes of the project's classes, the containers and objects
that hang on them, os.environ, sys.path, the current directory, loggers, warning filters, the random state,
lru caches, mutable defaults, and the values of live fixtures. Every piece has a path that is the same in
every fork of one server.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from types import FunctionType, ModuleType
from typing import Any

from flakemark.literals import show
from flakemark.trace.fingerprint import encode, instance_attributes, issubclass_safe, type_name

MOST_HOLDERS = 20_000
DEPTH = 6
_SCALARS = frozenset({int, float, bool, str, bytes, type(None)})
_CONTAINERS = frozenset({list, dict, set, deque})
_OURS = ("flakemark", "_pytest", "pytest", "_ctypes", "importlib")
_NOISE = frozenset({"_cache", "manager", "parent", "__warningregistry__", "__builtins__", "__cached__", "__spec__", "__loader__"})
_MISSING = object()
ENVIRON = "os.environ"
_LOGGER_DEFAULTS: dict[str, Any] = {"level": 0, "disabled": False, "propagate": True, "handlers": (), "filters": ()}
_getcwd, _chdir = os.getcwd, os.chdir
_CLASS_DICT = type.__dict__["__dict__"]


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
        self.old = _identity(self._keep)
        self.shown = _text(self._keep)

    def changed(self) -> bool:
        """Whether the value is another one now."""
        return bool(_identity(self.read()) != self.old)


def _identity(value: Any) -> Any:
    kind = type(value)
    if kind in _SCALARS:
        return (kind, value)
    if kind is tuple:
        return tuple(_identity(item) for item in value[:500])
    return id(value)


def _text(value: Any) -> str:
    return "<nothing>" if value is _MISSING else show(encode(value))


class Snapshot:
    """The state at one moment.

    Args:
        owns: whether a file is the project's own.
        fixtures: values of live fixtures by name.
    """

    def __init__(self, owns: Callable[[str], bool], fixtures: dict[str, Any]) -> None:
        self._owns = owns
        self._seen: set[int] = set()
        self._namespaces: list[tuple[str, Any, dict[str, Any]]] = []
        self._known_loggers: set[str] = set()
        self.pieces: list[Piece] = []
        self._special()
        for name, module in list(sys.modules.items()):
            if issubclass_safe(type(module), ModuleType) and not name.startswith(_OURS):
                self._module(name, module)
        for name, value in fixtures.items():
            self._descend(f"fixture {name}", value, DEPTH)

    def changes(self) -> list[Piece]:
        """List what is different now, pieces that appeared since then included."""
        found = [piece for piece in self.pieces if piece.changed()]
        for path, namespace, before in self._namespaces:
            found += [_appeared(path, namespace, name) for name in _names(namespace) if name not in before and name not in _NOISE]
        new = [name for name in _logger_names() if name not in self._known_loggers]
        found += [piece for name in new for piece in _new_logger_pieces(name) if piece.changed()]
        return found

    def find(self, path: str) -> Piece | None:
        """Find a piece by its path, also one that did not exist then."""
        known = next((piece for piece in self.pieces if piece.path == path), None)
        return known or next((piece for piece in self._absent(path)), None)

    def _absent(self, path: str) -> Iterator[Piece]:
        if path.startswith("logger "):
            yield from (piece for piece in _new_logger_pieces(path[len("logger ") :].rpartition(".")[0]) if piece.path == path)
        for place, namespace, before in self._namespaces:
            if path.startswith(place + "."):
                name: Any = path[len(place) + 1 :]
                if place == ENVIRON:
                    name = name.encode("utf-8", "surrogateescape")
                if name not in before and (place == ENVIRON or "." not in name):
                    yield _appeared(place, namespace, name)

    # what is looked at

    def _special(self) -> None:
        environment = os.environ._data  # type: ignore[attr-defined]
        self._namespaces.append((ENVIRON, environment, dict(environment)))
        for key in list(environment):
            self.pieces.append(_entry(ENVIRON, environment, key))
        self._container("sys.path", sys.path, 0)
        where = _getcwd()
        self.pieces.append(Piece("current directory", _getcwd, lambda: _chdir(where)))
        self._random()
        warnings = sys.modules.get("warnings")
        if warnings is not None:
            self._container("warnings.filters", warnings.filters, 0)
        self._loggers()

    def _random(self) -> None:
        random = sys.modules.get("random")
        if random is not None:
            state = random.getstate()
            self.pieces.append(Piece("random state", lambda: hash(random.getstate()), lambda: random.setstate(state)))

    def _loggers(self) -> None:
        for name in _logger_names():
            self._known_loggers.add(name)
            self.pieces += [_logger_piece(name, attribute) for attribute in _LOGGER_DEFAULTS]

    def _module(self, name: str, module: ModuleType) -> None:
        namespace = object.__getattribute__(module, "__dict__")
        own = type(namespace.get("__file__")) is str and self._owns(namespace["__file__"])
        self._namespaces.append((name, namespace, dict(namespace)))
        for key, value in list(namespace.items()):
            if type(key) is not str or key in _NOISE or key.startswith("@") or key.startswith("__"):
                continue
            self.pieces.append(_entry(name, namespace, key))
            if own:
                self._descend(f"{name}.{key}", value, DEPTH)

    def _descend(self, path: str, value: Any, depth: int) -> None:
        if depth == 0 or id(value) in self._seen or len(self.pieces) > MOST_HOLDERS:
            return
        kind = type(value)
        if kind in _SCALARS or kind is ModuleType:
            return
        self._seen.add(id(value))
        if kind in _CONTAINERS:
            self._container(path, value, depth)
        elif kind is tuple:
            for place, item in enumerate(value[:50]):
                self._descend(f"{path}[{place}]", item, depth - 1)
        elif kind is FunctionType:
            self._function(path, value, depth)
        elif type_name(kind) == "functools._lru_cache_wrapper":
            self.pieces.append(Piece(f"{path} (cache)", lambda: value.cache_info().currsize, value.cache_clear))
        elif issubclass_safe(kind, type):
            self._class(path, value, depth)
        elif self._is_own(kind) or depth == DEPTH:
            self._instance(path, value, depth)

    def _is_own(self, kind: type) -> bool:
        module = sys.modules.get(str(_CLASS_DICT.__get__(kind).get("__module__")))
        file = getattr(module, "__file__", None)
        return type(file) is str and self._owns(file)

    def _container(self, path: str, value: Any, depth: int) -> None:
        self.pieces.append(_contents(path, value))
        items = list(value.values()) if type(value) is dict else list(value)
        for place, item in enumerate(items[:200]):
            self._descend(f"{path}[{place}]", item, depth - 1 if depth else 0)

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
        for name, item in list(_CLASS_DICT.__get__(value).items()):
            if name.startswith("__") or name.startswith("_abc_"):
                continue
            self.pieces.append(_class_entry(path, value, name))
            inner = item.__func__ if type(item) in (staticmethod, classmethod) else item
            self._descend(f"{path}.{name}", inner, depth - 1)
        self._namespaces.append((path, value, dict(_CLASS_DICT.__get__(value))))

    def _instance(self, path: str, value: Any, depth: int) -> None:
        attributes = instance_attributes(value)
        if not attributes:
            return
        namespace = object.__getattribute__(value, "__dict__")
        self._namespaces.append((path, namespace, dict(namespace)))
        for name, item in attributes:
            if type(name) is str and name not in _NOISE:
                self.pieces.append(_entry(path, namespace, name))
                self._descend(f"{path}.{name}", item, depth - 1)


def _logger_names() -> list[str]:
    logging = sys.modules.get("logging")
    return ["root", *logging.root.manager.loggerDict] if logging is not None else []


def _logger_piece(name: str, attribute: str) -> Piece:
    """Describe one setting of a logger by name: it may come to be later."""
    before = _logger_setting(name, attribute)

    def restore() -> None:
        logger = _logger(name)
        if logger is not None:
            setattr(logger, attribute, list(before) if attribute == "handlers" else before)

    return Piece(f"logger {name}.{attribute}", lambda: _logger_setting(name, attribute), restore)


def _new_logger_pieces(name: str) -> list[Piece]:
    """Describe a logger that was not there: to put it back means to give it what a new logger has."""
    pieces = []
    for attribute, default in _LOGGER_DEFAULTS.items():
        piece = _logger_piece(name, attribute)
        piece.old, piece.shown = _identity(default), _text(default)
        piece.restore = partial(_reset_logger, name, attribute)
        pieces.append(piece)
    return pieces


def _reset_logger(name: str, attribute: str) -> None:
    logger, default = _logger(name), _LOGGER_DEFAULTS[attribute]
    if logger is not None:
        setattr(logger, attribute, list(default) if type(default) is tuple else default)


def _logger(name: str) -> Any:
    logging = sys.modules.get("logging")
    if logging is None:
        return None
    found = logging.root if name == "root" else logging.root.manager.loggerDict.get(name)
    return found if type_name(type(found)) in ("logging.Logger", "logging.RootLogger") else None


def _logger_setting(name: str, attribute: str) -> Any:
    logger = _logger(name)
    value = _LOGGER_DEFAULTS[attribute] if logger is None else dict(instance_attributes(logger)).get(attribute)
    return tuple(value) if type(value) is list else value


def _names(namespace: Any) -> list[str]:
    if issubclass_safe(type(namespace), type):
        namespace = _CLASS_DICT.__get__(namespace)
    return [name for name in list(namespace) if type(name) in (str, bytes) and not _text_of(name).startswith(("__", "@", "_abc_"))]


def _text_of(name: Any) -> str:
    return name.decode("utf-8", "surrogateescape") if type(name) is bytes else str(name)


def _entry(path: str, namespace: dict[Any, Any], name: Any) -> Piece:
    old = namespace.get(name, _MISSING)

    def restore() -> None:
        if old is _MISSING:
            namespace.pop(name, None)
        else:
            namespace[name] = old

    return Piece(f"{path}.{_text_of(name)}", lambda: namespace.get(name, _MISSING), restore)


def _class_entry(path: str, owner: type, name: str) -> Piece:
    old = _CLASS_DICT.__get__(owner).get(name, _MISSING)

    def restore() -> None:
        if old is not _MISSING:
            type.__setattr__(owner, name, old)
        elif name in _CLASS_DICT.__get__(owner):
            type.__delattr__(owner, name)

    return Piece(f"{path}.{name}", lambda: _CLASS_DICT.__get__(owner).get(name, _MISSING), restore)


def _appeared(path: str, namespace: Any, name: Any) -> Piece:
    """Describe a name that was not there: reading it gives what is there now, restoring it removes it."""
    if issubclass_safe(type(namespace), type):
        piece = _class_entry(path, namespace, name)
        piece.restore = lambda: type.__delattr__(namespace, name) if name in _CLASS_DICT.__get__(namespace) else None
    else:
        piece = _entry(path, namespace, name)
        piece.restore = lambda: namespace.pop(name, None)
    piece.old, piece.shown = _identity(_MISSING), _text(_MISSING)
    return piece


def _contents(path: str, value: Any) -> Piece:
    """Describe what a container holds: compared by identity, put back in place."""
    kind = type(value)
    saved = kind(value) if kind is not deque else deque(value, value.maxlen)

    def read() -> Any:
        return tuple(part for pair in list(value.items()) for part in pair) if kind is dict else tuple(value)

    def restore() -> None:
        value.clear()
        (value.extend if kind in (list, deque) else value.update)(saved)

    return Piece(f"{path}[]", read, restore)


class Follower:
    """Watches one piece while tests run, and notes the project's line after which it changed.

    Args:
        piece: what to watch.
        owns: whether a file is the project's own.
    """

    def __init__(self, piece: Piece, owns: Callable[[str], bool]) -> None:
        self.piece, self.owns = piece, owns
        self.last: tuple[str, int, str] | None = None
        self.was = piece.old
        self.writes: list[tuple[str, int, str, str]] = []

    def __enter__(self) -> Follower:
        sys.settrace(self._trace)
        return self

    def __exit__(self, *exc: object) -> None:
        sys.settrace(None)
        self._compare()

    def _trace(self, frame: Any, event: str, argument: Any) -> Any:
        if not self.owns(frame.f_code.co_filename):
            return None
        self._compare()
        if event == "line":
            self.last = _place(frame)
        elif event == "return" and frame.f_back is not None and self.owns(frame.f_back.f_code.co_filename):
            self.last = _place(frame.f_back)
        return self._trace

    def _compare(self) -> None:
        now = _identity(self.piece.read())
        if now == self.was:
            return
        if now == self.piece.old:
            self.writes.clear()  # it was put back: earlier writes did not stay
        elif self.last is not None:
            self.writes.append((*self.last, _text(self.piece.read())))
        self.was = now


def _place(frame: Any) -> tuple[str, int, str]:
    code = frame.f_code
    return code.co_filename, frame.f_lineno, getattr(code, "co_qualname", code.co_name)


class Inspection:
    """What a run does about shared state: compare it, put pieces back, or follow one piece.

    Args:
        wanted: {"compare": bool, "restore": [path, ...], "follow": path or ""}.
        owns: whether a file is the project's own.
        fixtures: values of live fixtures by name.
    """

    def __init__(self, wanted: dict[str, Any], owns: Callable[[str], bool], fixtures: dict[str, Any]) -> None:
        self.wanted = wanted
        self.changes: list[tuple[str, str, str]] = []
        self.snapshot = Snapshot(owns, fixtures) if wanted["compare"] or wanted["restore"] or wanted["follow"] else None
        piece = self.snapshot.find(wanted["follow"]) if self.snapshot is not None and wanted["follow"] else None
        self.follower = Follower(piece, owns) if piece is not None else None

    def __enter__(self) -> Inspection:
        if self.follower is not None:
            self.follower.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        """The polluters have run: say what changed, or put it back."""
        if self.follower is not None:
            self.follower.__exit__()
        if self.snapshot is None:
            return
        changed = self.snapshot.changes()
        if self.wanted["compare"]:
            self.changes = [(piece.path, piece.shown, _text(piece.read())) for piece in changed]
        for piece in changed:
            if piece.path in self.wanted["restore"]:
                piece.restore()
        logging = sys.modules.get("logging")
        if self.wanted["restore"] and logging is not None:
            logging.root.manager._clear_cache()  # loggers remember which levels are enabled

    @property
    def writes(self) -> list[tuple[str, int, str, str]]:
        """Where the followed piece was written, oldest first: absolute file, line, function, value."""
        return self.follower.writes if self.follower is not None else []
