"""What a library asks on behalf of a line of the project.

A line that calls `slugify(title)` has no source of its own, even if that function draws a random suffix. Where such a line
gives another value from run to run, one more run looks at what is called below it, by a profile function that is set for
the duration of that one call. Calls that the project's own code makes down there have sites of their own and do not count.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

from flakemark.trace.known.source import CLOCK, DRAW, LISTING, SHUFFLE, UNIQUE
from flakemark.trace.sources import Source, recognise, recognise_running
from flakemark.trace.spots import Spot

__tracebackhide__ = True  # pytest shows no frame of this module

_getprofile, _setprofile = sys.getprofile, sys.setprofile
# Likelier ones first. Others (environment, hashes, monotonic clocks) are asked all the time, and decide nothing.
_TELLING = (DRAW, SHUFFLE, UNIQUE, LISTING, CLOCK)
_STOPWATCHES = frozenset(
    f"time.{name}{suffix}" for name in ("monotonic", "perf_counter", "process_time", "thread_time") for suffix in ("", "_ns")
) | {"loop.time"}


class Watched:
    """A call below which known inputs are looked for; the most telling one is noted as the site's source.

    Args:
        spot: the state of the site.
        function: what is called there.
        mark: a name that only instrumented code uses.
    """

    __slots__ = ("function", "mark", "spot")

    def __init__(self, spot: Spot, function: Any, mark: str) -> None:
        self.spot, self.function, self.mark = spot, function, mark

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        before = _getprofile()
        _setprofile(self._look)
        try:
            return self.function(*args, **kwargs)
        finally:
            _setprofile(before)

    def _look(self, frame: FrameType, event: str, argument: Any) -> None:
        found: Source | None = None
        if event == "c_call":
            found = recognise(argument)
        elif event == "call":
            found = recognise_running(frame.f_code, frame.f_globals.get("__name__"))
        if found is not None and found.kind in _TELLING and found.name not in _STOPWATCHES and not self._is_projects(frame):
            self._note(found)

    def _note(self, found: Source) -> None:
        known = self.spot.source
        if known is None or _TELLING.index(found.kind) < _TELLING.index(known.kind):
            self.spot.source = found

    def _is_projects(self, frame: FrameType | None) -> bool:
        """Whether the project's own code is at work between the watched call and this frame."""
        while frame is not None and frame.f_code is not _CALL:
            if self.mark in frame.f_code.co_names:
                return True
            frame = frame.f_back
        return False


_CALL = Watched.__call__.__code__
