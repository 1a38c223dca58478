"""Threads that tests leave running: state that acts by itself.

No thread can be stopped from outside; a run in which it never gets going shows the same (`hold`, see flakemark.trace.forcing).

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import weakref
from typing import Any

from flakemark.trace.state.pieces import Piece
from flakemark.trace.threads import _thread_kind as thread_kind
from flakemark.trace.threads import active_threads

PREFIX = "thread "


class Running:
    """The threads that were alive at one moment, to tell which have come since."""

    def __init__(self) -> None:
        self._before = [weakref.ref(thread) for thread in list(active_threads().values())]

    def pieces(self) -> list[Piece]:
        """Describe the kinds of threads that are alive now and were not there."""
        kinds = dict.fromkeys(thread_kind(thread) for thread in self._new())
        return [self.piece(PREFIX + kind.removeprefix("thread:")) for kind in kinds]

    def piece(self, path: str) -> Piece:
        """Describe the new threads of one kind; the test that starts them is named, not the library in which it happens."""
        kind = "thread:" + path.removeprefix(PREFIX)

        def read() -> tuple[int, ...]:
            return tuple(id(thread) for thread in self._new() if thread_kind(thread) == kind)

        piece = Piece(path, read, lambda: None, lambda: len(read()), outermost=True)
        piece.was_not_there((), "0")
        return piece

    def _new(self) -> list[Any]:
        return [thread for thread in list(active_threads().values()) if not any(known() is thread for known in self._before)]
