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
from flakemark.trace.known.numbers import NUMBERS, NUMPY_OWNERS, faker_draw, numpy_draw
from flakemark.trace.known.source import (
    CLOCK,
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
    "CLOCK", "DRAW", "ENVIRONMENT", "FROZEN", "LISTING", "PROCESS", "SET_ORDER", "SET_POP", "SHUFFLE", "SOURCES", "START", "TEMPORARY",
    "UNIQUE", "WAIT", "Source", "recognise", "recognise_running",
]  # fmt: skip

SOURCES: dict[str, Source] = {**NUMBERS, **CLOCKS, **FILES, **SURROUNDINGS, **NETWORK_CALLS, **WAITS}

# What some version or platform of Python calls otherwise.
_RENAMED = {
    "pathlib._local.": "pathlib.",  # 3.13
    "pathlib._abc.PathBase.": "pathlib.Path.",  # 3.13
    "nt.": "posix.",
    "ntpath.": "posixpath.",
}
_MOST = 50_000
_INHERITED = Source("a mapping's method", "")  # os.environ has it from collections.abc: whose it is depends on the owner

# Keyed by id: hashing a code object walks its constants, hashing a class may be the user's business. What the id
# belongs to is kept beside the answer (a class only weakly), so that ids that are used again do not mislead.
_BY_CODE: dict[int, tuple[Any, Source | None]] = {}
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
        return found if found is not _INHERITED else _of_owner(owner, code.co_name)
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
    module, name = function.__module__, plain_text(function.__qualname__)
    found = None
    if type(module) is str:
        found = _table(f"{module}.{name}") or faker_draw(module, name.rpartition(".")[2])
        if module == "collections.abc" and name.rpartition(".")[2] in ENVIRON_READS:
            found = _INHERITED
        elif module == "os" and name.startswith("_Environ.") and name.rpartition(".")[2] in ENVIRON_READS:
            found = ENVIRON
    if len(_BY_CODE) > _MOST:
        _BY_CODE.clear()
    _BY_CODE[id(code)] = (code, found)
    return found


def _of_owner(owner: Any, name: str) -> Source | None:
    return ENVIRON if owner is not None and type_name(type(owner)) == "os._Environ" and name in ENVIRON_READS else None


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
    if type(owner) is ModuleType:
        return _table(f"{function.__module__}.{name}")
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
    known = _BY_CODE.get(id(code))
    if known is not None:
        return known[1]
    if type(module) is not str:
        return None
    found = _RUNNING.get((module, code.co_name))
    return found or faker_draw(module, code.co_name)
