"""Clocks that stand at a chosen moment when the test begins, or that are coarse.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections.abc import Callable
from os import stat_result
from time import gmtime, localtime, time
from typing import Any

from flakemark.events import WALL_CLOCKS

__tracebackhide__ = True  # pytest shows no frame of this module


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


_READINGS: dict[str, Callable[[str, Any, float], Any]] = {
    "builtins.float": lambda _, seen, shift: seen + shift,
    "builtins.int": lambda _, seen, shift: seen + int(shift * 1e9),
    "datetime.datetime": _moved_datetime,
    "datetime.date": _moved_date,
    "time.struct_time": moved_struct,
}


class Ticks:
    """Clocks, and the times of files, that only change every so many seconds.

    Args:
        seconds: between two ticks; 0 leaves them as fine as they are.
        held: whether a reading stays for so long, however the next ones lie; otherwise the ticks are counted from the first one.
    """

    __slots__ = ("rounding", "seconds")

    def __init__(self, seconds: float, *, held: bool = False) -> None:
        self.seconds, self.rounding = seconds, _held if held else _floored

    def read(self, name: str, seen: Any) -> Any:
        """Return what a coarse clock of this name would have shown; a reading of an unknown type stays as it is."""
        coarse = _COARSE.get(f"{type(seen).__module__}.{type(seen).__name__}") if self.seconds else None
        family = _FAMILIES.get(name, "wall" if name in WALL_CLOCKS else name)
        return seen if coarse is None else coarse(self.rounding, family, seen, self.seconds)


_ORIGINS: dict[str, float] = {}
_FAMILIES = {"os.stat": "file", "os.lstat": "file", "Path.stat": "file", "Path.lstat": "file", "os.path.getmtime": "file"}


def _floored(family: str, seen: float, seconds: float) -> float:
    origin = _ORIGINS.setdefault(family, seen)
    return origin + (seen - origin) // seconds * seconds


def _held(family: str, seen: float, seconds: float) -> float:
    last = _ORIGINS.get(family)
    if last is None or not 0 <= seen - last < seconds:
        _ORIGINS[family] = last = seen
    return last


Rounding = Callable[[str, float, float], float]


def _coarse_datetime(rounding: Rounding, family: str, seen: Any, seconds: float) -> Any:
    from datetime import timedelta

    moment = seen.timestamp()
    return seen + timedelta(seconds=rounding(family, moment, seconds) - moment)


def _coarse_stat(rounding: Rounding, family: str, seen: Any, seconds: float) -> Any:
    changed = rounding(family, seen.st_mtime, seconds)
    return stat_result([*seen[:8], int(changed), *seen[9:10]], {"st_mtime": changed, "st_mtime_ns": int(changed * 1e9)})


_COARSE: dict[str, Callable[[Rounding, str, Any, float], Any]] = {
    "builtins.float": lambda rounding, family, seen, seconds: rounding(family, seen, seconds),
    "builtins.int": lambda rounding, family, seen, seconds: int(rounding(family + " in ns", seen, seconds * 1e9)),
    "datetime.datetime": _coarse_datetime,
    "os.stat_result": _coarse_stat,
}


def clock_of(spec: dict[str, Any]) -> Moment | Ticks:
    """Make what is forced of a clock."""
    seconds = float(spec["seconds"])
    what = spec.get("what")
    return Ticks(seconds, held=what == "held") if what in ("ticks", "held") else Moment(seconds)
