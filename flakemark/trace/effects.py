"""Surroundings that an intervention changes: for one call, or for the whole run.

    under "environment"   variables, with what hangs on them: the time zone, the encoding of the locale
    under "lingering"     ports that have been used cannot be bound again at once; "reusable": they can
    under "descriptors"   so many files can be open at once
    under "temporary"     the folder for temporary files is reached by a link, or its path is long
    under "umask"         files are made with other rights; "directory": paths are relative to another one
    collect               the cyclic garbage collector runs at these sites; everywhere "never": nowhere by itself

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial
from os import W_OK, access, chdir, environ, getcwd, mkdir, symlink, umask
from os.path import dirname, exists, join, lexists
from sys import modules
from types import CoroutineType
from typing import Any

__tracebackhide__ = True  # pytest shows no frame of this module

try:  # not on Windows
    from time import tzset as _tzset
except ImportError:
    _tzset = None  # type: ignore[assignment]

_collect, _disable = gc.collect, gc.disable
_START, _USUAL = getcwd(), environ.get("TMPDIR", "/tmp")  # noqa: S108 - only looked up; every run has a folder of its own
LONG = "a-folder-for-temporary-files-of-a-user-whose-name-is-" + "long-" * 12
_LOCALE_VARIABLES = ("LC_ALL", "LC_CTYPE", "LANG")

Undo = Callable[[], object]


def enter(what: str, values: list[Any]) -> Undo:
    """Change the surroundings; returns what puts them back."""
    if what == "environment":
        return _variables(values)
    if what == "umask":
        return partial(umask, umask(values[0]))
    if what == "descriptors":
        return _limit(values[0])
    if what == "directory":
        back = partial(chdir, getcwd())
        chdir(values[0] or _START)
        return back
    if what == "temporary":
        return _temporary(values[0])
    from flakemark.trace.network import treat_ports

    return treat_ports(what)


def _temporary(kind: str) -> Undo:
    """Have temporary files made in the usual folder, in one that is reached by a link, as on macOS, or in one with a long path."""
    beside = dirname(_USUAL) if access(dirname(_USUAL), W_OK) else _USUAL  # what lies in the folder itself is seen by the test
    folder = _USUAL if not kind else join(beside, kind if kind == "link" else LONG)
    if kind == "link" and not lexists(folder):
        symlink(_USUAL, folder)
    elif kind and not exists(folder):
        mkdir(folder)
    variables = _variables([["TMPDIR", folder]])
    tempfile: Any = modules.get("tempfile")
    if tempfile is None:
        return variables
    before, tempfile.tempdir = tempfile.tempdir, folder

    def undo() -> None:
        tempfile.tempdir = before
        variables()

    return undo


def _limit(count: int) -> Undo:
    from resource import RLIMIT_NOFILE, getrlimit, setrlimit

    soft, hard = getrlimit(RLIMIT_NOFILE)
    setrlimit(RLIMIT_NOFILE, (count if hard < 0 else min(count, hard), hard))
    return partial(setrlimit, RLIMIT_NOFILE, (soft, hard))


def _variables(pairs: list[Any]) -> Undo:
    before = [(name, environ.get(name)) for name, _ in pairs]
    character_type = _locale_now() if any(name in _LOCALE_VARIABLES for name, _ in pairs) else None
    _set(pairs)
    if character_type is not None:
        _use_locale("")

    def undo() -> None:
        _set(before)
        if character_type is not None:
            _use_locale(character_type)

    return undo


def _set(pairs: list[Any]) -> None:
    for name, value in pairs:
        if value is None:
            environ.pop(name, None)
        else:
            environ[name] = value
        if name == "TZ" and _tzset is not None:
            _tzset()


def _locale_now() -> str:
    from _locale import LC_CTYPE, setlocale

    return setlocale(LC_CTYPE, None) or "C"


def _use_locale(name: str) -> None:
    from _locale import LC_CTYPE, setlocale

    try:
        setlocale(LC_CTYPE, name)
    except Exception:  # noqa: BLE001 - its own class of error cannot be named here. Not installed here: as Python itself does at its start
        setlocale(LC_CTYPE, "C")


class Under:
    """A call that is made under other surroundings."""

    __slots__ = ("function", "values", "what")

    def __init__(self, what: str, values: list[Any], function: Any) -> None:
        self.what, self.values, self.function = what, values, function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        undo = enter(self.what, self.values)
        try:
            result = self.function(*args, **kwargs)
        finally:
            undo()
        return self._awaited(result) if type(result) is CoroutineType else result

    async def _awaited(self, coroutine: Any) -> Any:
        undo = enter(self.what, self.values)
        try:
            return await coroutine
        finally:
            undo()


def collect_garbage() -> None:
    """Let the cyclic garbage collector run."""
    _collect()


def never_collect() -> None:
    """Let it not run by itself."""
    _disable()
