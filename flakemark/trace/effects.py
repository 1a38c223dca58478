"""Surroundings that an intervention changes: for one call, or for the whole run.

    under "environment"   variables, with what hangs on them: the time zone, the encoding of the locale
    under "lingering"     ports that have been used cannot be bound again at once; "reusable": they can
    moment                what project code reads off a wall clock begins at a chosen moment
    collect               the cyclic garbage collector runs at these sites; everywhere "never": nowhere by itself

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from os import environ
from time import gmtime, localtime, time
from types import CoroutineType
from typing import Any

__tracebackhide__ = True  # pytest shows no frame of this module

try:  # not on Windows
    from time import tzset as _tzset
except ImportError:
    _tzset = None  # type: ignore[assignment]

_collect, _disable = gc.collect, gc.disable
_LOCALE_VARIABLES = ("LC_ALL", "LC_CTYPE", "LANG")

Undo = Callable[[], None]


def enter(what: str, values: list[Any]) -> Undo:
    """Change the surroundings; returns what puts them back."""
    if what == "environment":
        return _variables(values)
    from flakemark.trace.network import treat_ports

    return treat_ports(what)


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


class Moment:
    """The wall clock of the project's code, set to a moment; it goes on from there.

    Args:
        begins: seconds since the epoch at the first reading.
    """

    __slots__ = ("begins", "shift")

    def __init__(self, begins: float) -> None:
        self.begins = begins
        self.shift: float | None = None

    def read(self, name: str, seen: Any) -> Any:
        """Return what a clock of this name would have shown; a reading of an unknown type stays as it is."""
        if name not in WALL_CLOCKS:
            return seen
        if self.shift is None:
            self.shift = self.begins - time()
        reading = _READINGS.get(f"{type(seen).__module__}.{type(seen).__name__}")
        return seen if reading is None else reading(name, seen, self.shift)


def _moved_datetime(name: str, seen: Any, shift: float) -> Any:
    from datetime import datetime, timedelta, timezone

    if name == "datetime.utcnow":
        return seen + timedelta(seconds=shift)
    if seen.tzinfo is None:
        return datetime.fromtimestamp(seen.timestamp() + shift)  # noqa: DTZ006  # as naive as what was read
    return datetime.fromtimestamp(seen.timestamp() + shift, timezone.utc).astimezone(seen.tzinfo)


def _moved_date(name: str, seen: Any, shift: float) -> Any:
    return type(seen).fromtimestamp(time() + shift)


def moved_struct(name: str, seen: Any, shift: float) -> Any:
    """Move a broken-up time that was read just now."""
    broken_up, now = gmtime if name == "time.gmtime" else localtime, time()
    if not broken_up(now - 1) <= seen <= broken_up(now):  # of a moment that was given to it, no reading
        return seen
    return broken_up(now + shift)


WALL_CLOCKS = frozenset({
    "time.time", "time.time_ns", "time.localtime", "time.gmtime", "datetime.now", "datetime.utcnow", "datetime.today", "date.today",
})  # fmt: skip
_READINGS: dict[str, Callable[[str, Any, float], Any]] = {
    "builtins.float": lambda _, seen, shift: seen + shift,
    "builtins.int": lambda _, seen, shift: seen + int(shift * 1e9),
    "datetime.datetime": _moved_datetime,
    "datetime.date": _moved_date,
    "time.struct_time": moved_struct,
}


def collect_garbage() -> None:
    """Let the cyclic garbage collector run."""
    _collect()


def never_collect() -> None:
    """Let it not run by itself."""
    _disable()
