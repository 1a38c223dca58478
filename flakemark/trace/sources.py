"""Recognises the nondeterministic inputs and the waits that are known by name.

A source is recognised by the callable itself, however it was imported, aliased or wrapped: functions by
their code object, methods of C types by the type of `__self__` and their name, `functools.partial` by what it holds.
The table is in `flakemark.trace.known`.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import weakref
from functools import partial
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from flakemark.trace.anatomy import bases, issubclass_safe, plain_text, type_name
from flakemark.trace.known.clocks import CLOCKS
from flakemark.trace.known.files import FILES
from flakemark.trace.known.network import NETWORK_CALLS
from flakemark.trace.known.numbers import NUMBERS, NUMPY_NAMES, NUMPY_OWNERS, faker_draw, numpy_draw
from flakemark.trace.known.source import (
    CLOCK,
    COMPLETION,
    DRAW,
    ENVIRONMENT,
    FROZEN,
    LISTING,
    PROCESS,
    SET_ORDER,
    SET_POP,
    SHUFFLE,
    START,
    TEMPORARY,
    UNIQUE,
    WAIT,
    Source,
)
from flakemark.trace.known.surroundings import ENVIRON, ENVIRON_READS, SURROUNDINGS, WEAK_REFERENCE
from flakemark.trace.known.waits import WAITS

__tracebackhide__ = True  # pytest shows no frame of this module

__all__ = [
    "CLOCK", "COMPLETION", "DRAW", "ENVIRONMENT", "FROZEN", "LISTING", "PROCESS", "SET_ORDER", "SET_POP", "SHUFFLE", "SOURCES", "START",
    "TEMPORARY", "UNIQUE", "WAIT", "Source", "recognise", "recognise_running",
]  # fmt: skip

SOURCES: dict[str, Source] = {**NUMBERS, **CLOCKS, **FILES, **SURROUNDINGS, **NETWORK_CALLS, **WAITS}

# What some version or platform of Python calls otherwise.
_RENAMED = {
    "pathlib._local.": "pathlib.",  # 3.13
    "pathlib._abc.PathBase.": "pathlib.Path.",  # 3.13
    "nt.": "posix.",
    "ntpath.": "posixpath.",
}
# The last names of all of them, as they are called without an alias.
NAMES = frozenset(name.rpartition(".")[2] for name in SOURCES) | NUMPY_NAMES | ENVIRON_READS
_MOST = 50_000
# What a code object does not say alone:
_INHERITED = Source("a mapping's method", "")  # os.environ has it from collections.abc: whose it is depends on the owner
_WRAPPER = Source("a decorator's function", "")  # one code for all that it decorates: their names count

# Keyed by id: hashing a code object walks its constants, hashing a class may be the user's business. What the id
# belongs to is kept beside the answer (a class only weakly), so that ids that are used again do not mislead.
_BY_CODE: dict[int, tuple[Any, Source | None]] = {}
_BY_NAME: dict[tuple[str, str], Source | None] = {}
_BY_METHOD: dict[tuple[int, str], tuple[weakref.ref[type], Source | None]] = {}


def recognise(function: Any) -> Source | None:
    """Say which known source a callable is, or None; calls no user code.

    Args:
        function: what is going to be called; `os.environ` itself counts, where it is going to be subscripted.
    """
    kind = type(function)
    owner = None
    if kind is MethodType:
        owner, function = function.__self__, function.__func__
        kind = type(function)
        if kind is not FunctionType:
            return _compiled(function, owner)
    if kind is FunctionType:
        code = function.__code__
        known = _BY_CODE.get(id(code))
        found = known[1] if known is not None else _remember(function, code)
        return found if found is None or found.kind else _undecided(found, function, owner)
    if kind is BuiltinFunctionType:
        return _builtin(function)
    if kind is partial:
        return recognise(function.func)
    if issubclass_safe(kind, BuiltinFunctionType):  # methods that are given their class
        return _builtin(function)
    if issubclass_safe(kind, type):
        return _of_class(function, "()", None)
    return _instance(kind)


def _table(name: str) -> Source | None:
    found = SOURCES.get(name)
    if found is None:
        for prefix, usual in _RENAMED.items():
            if name.startswith(prefix):
                return SOURCES.get(usual + name[len(prefix) :])
    return found


def _remember(function: Any, code: Any) -> Source | None:
    found = _by_name(function) if code.co_name == _last_name(function) else _WRAPPER
    if len(_BY_CODE) > _MOST:
        _BY_CODE.clear()
    _BY_CODE[id(code)] = (code, found)
    return found if found is not _WRAPPER else _by_name(function)


def _last_name(function: Any) -> str:
    return plain_text(function.__qualname__).rpartition(".")[2]


def _by_name(function: Any) -> Source | None:
    module, name = function.__module__, function.__qualname__
    if type(module) is not str:
        return None
    key = (module, name) if type(name) is str else (module, plain_text(name))
    return _BY_NAME[key] if key in _BY_NAME else _look_up_name(key)


def _look_up_name(key: tuple[str, str]) -> Source | None:
    if len(_BY_NAME) > _MOST:
        _BY_NAME.clear()
    found = _BY_NAME[key] = _called(*key)
    return found


def _called(module: str, name: str) -> Source | None:
    last = name.rpartition(".")[2]
    if last in ENVIRON_READS:
        if module == "collections.abc":
            return _INHERITED
        if module == "os" and name.startswith("_Environ."):
            return ENVIRON
    return _table(f"{module}.{name}") or faker_draw(module, last)


def _undecided(found: Source, function: Any, owner: Any) -> Source | None:
    named = _by_name(function) if found is _WRAPPER else found
    if named is not _INHERITED:
        return named
    return ENVIRON if owner is not None and type_name(type(owner)) == "os._Environ" else None


def _instance(kind: type) -> Source | None:
    if kind is weakref.ref:
        return WEAK_REFERENCE
    return ENVIRON if type_name(kind) == "os._Environ" else None


def _compiled(function: Any, owner: Any) -> Source | None:
    """Recognise a bound method that is no Python function: since Cython 3 those of compiled modules are such."""
    if type_name(type(function)).rpartition(".")[2] != "cython_function_or_method":
        return None
    klass = owner if issubclass_safe(type(owner), type) else type(owner)
    return _of_class(klass, function.__name__, None)


def _builtin(function: Any) -> Source | None:
    owner, name = function.__self__, function.__name__
    if type(owner) is ModuleType and type(function.__module__) is str:
        key = (function.__module__, name)
        return _BY_NAME[key] if key in _BY_NAME else _look_up_name(key)
    return _of_class(owner if issubclass_safe(type(owner), type) else type(owner), name, function)


def _of_class(klass: Any, name: str, function: Any) -> Source | None:
    """Look a method up by the classes that its owner derives from; "()" is the call of the class itself."""
    known = _BY_METHOD.get((id(klass), name))
    if known is not None and known[0]() is klass:
        return known[1]
    found = _look_up(klass, name, function)
    if len(_BY_METHOD) > _MOST:
        _BY_METHOD.clear()
    _BY_METHOD[id(klass), name] = (weakref.ref(klass), found)
    return found


def _look_up(klass: Any, name: str, function: Any) -> Source | None:
    if type_name(klass) == "builtins.NoneType":
        module = function.__module__
        return _table(f"{module}.{name}") if type(module) is str else None
    for base in bases(klass):
        owner = type_name(base)
        if owner in NUMPY_OWNERS:
            return numpy_draw(name)
        found = _table(owner if name == "()" else f"{owner}.{name}")
        if found is not None:
            return found
    return None


# Sources that run, where only their frame is seen: by module (or class) and last name, as 3.10 has no `co_qualname`.
_RUNNING = {
    (key.rsplit(".", depth)[0], key.rpartition(".")[2]): source for depth in (2, 1) for key, source in SOURCES.items() if "." in key
}


def recognise_running(code: CodeType, module: object) -> Source | None:
    """Say which known source a running Python function of a module is, or None."""
    if type(module) is not str:
        return None
    found = _RUNNING.get((module, code.co_name))
    return found or faker_draw(module, code.co_name)
