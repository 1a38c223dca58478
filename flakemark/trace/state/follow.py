"""The line of the project that wrote a piece of shared state.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Callable
from typing import Any

from flakemark.trace.state.pieces import Piece, identity

_RELOAD = importlib.reload.__code__


class Follower:
    """Watches one piece while tests run, and notes the project's line after which it changed.

    Args:
        piece: what to watch.
        owns: whether a file is the project's own.
    """

    def __init__(self, piece: Piece, owns: Callable[[str], bool]) -> None:
        self.piece, self.owns = piece, owns
        self.last: tuple[str, int, str] | None = None
        self.callers: Any = None  # the frame that called the one of the last line
        self.was = piece.old
        self.is_inside = False  # the first of the writes
        self.writes: list[tuple[str, int, str, str]] = []
        self.before: tuple[Any, Any] = (None, None)

    def __enter__(self) -> Follower:
        self.before = sys.gettrace(), threading.gettrace()
        threading.settrace(self._trace)  # for the threads that tests start
        sys.settrace(self._trace)
        return self

    def __exit__(self, *exc: object) -> None:
        sys.settrace(self.before[0])
        threading.settrace(self.before[1])
        self._compare()

    def _trace(self, frame: Any, event: str, _argument: Any) -> Any:
        if not self.owns(frame.f_code.co_filename):
            return None
        self._compare()
        if event == "line":
            self._note(frame)
        elif event == "return" and frame.f_back is not None and self.owns(frame.f_back.f_code.co_filename):
            self._note(frame.f_back)
        return self._trace

    def _note(self, frame: Any) -> None:
        frame = self._reloading(frame) or frame
        self.last, self.callers = _place(frame), frame.f_back

    def _reloading(self, frame: Any) -> Any:
        """Return the frame of the project that has a module reloaded whose body runs in this one: it writes all that the body writes."""
        if frame.f_code.co_name != "<module>":
            return None
        above, reloads = frame.f_back, False
        while above is not None and not self.owns(above.f_code.co_filename):
            reloads = reloads or above.f_code is _RELOAD
            above = above.f_back
        return above if reloads else None

    def _compare(self) -> None:
        now = identity(self.piece.read())
        if now == self.was:
            return
        if now == self.piece.old:
            self.writes.clear()  # it was put back: earlier writes did not stay
            self.is_inside = False
        elif self.last is not None:
            write = (*self._writer(self.last), self.piece.text())
            if not self.is_inside and self.piece.inside(self.was, now):
                self.is_inside = True
                self.writes.insert(0, write)
            else:
                self.writes.append(write)
        self.was = now

    def _writer(self, last: tuple[str, int, str]) -> tuple[str, int, str]:
        frame = self.callers if self.piece.outermost else None
        while frame is not None:
            if self.owns(frame.f_code.co_filename):
                last = _place(frame)
            frame = frame.f_back
        return last


def _place(frame: Any) -> tuple[str, int, str]:
    code = frame.f_code
    return code.co_filename, frame.f_lineno, getattr(code, "co_qualname", code.co_name)
