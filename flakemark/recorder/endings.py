"""Processes that end in the middle of a test: the last moment at which its trace can be kept.

`os._exit` is replaced by a function that keeps the trace first, and SIGTERM has a handler where it has none. The handler is
equal to `signal.SIG_DFL`, and the functions of the module `signal` turn it into that when they are asked: a test sees no
difference, and one that sets a handler, or SIG_DFL, has its way. A process that a test forks has neither.

What ends a process without Python having a say (SIGKILL, a segfault, `os.abort`) cannot be met here.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import os
from _signal import getsignal, signal  # type: ignore[import-not-found]
from _thread import get_ident
from collections.abc import Callable
from signal import SIGTERM
from typing import Any

_exit, _getpid, _kill = os._exit, os.getpid, os.kill
_getsignal, _signal = getsignal, signal
_DEFAULT = 0  # SIG_DFL as `_signal` has it
Save = Callable[[str, str], None]


class _Default(int):
    """A handler that is a number: that of the default action."""

    act: Callable[[], None]

    def __call__(self, *_: Any) -> None:
        self.act()


class Endings:
    """Keeps a trace when the process is about to end.

    Args:
        save: takes the outcome ("exited", "terminated") and a sentence; it must not raise.
    """

    def __init__(self, save: Save) -> None:
        self.save = save
        self.pid = _getpid()
        self._handler = _Default(_DEFAULT)
        self._handler.act = self._terminated
        self._exit = self._make_exit()
        self._thread = get_ident()
        self._saving = self._is_due = self._is_forking = False
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(before=self._about_to_fork, after_in_parent=self._forked, after_in_child=self.disarm)

    def arm(self) -> None:
        """Be there when the process ends; what a test has set since the last time stays."""
        if _getpid() != self.pid:
            return
        if os._exit is _exit:
            os._exit = self._exit  # type: ignore[assignment]
        handler = _getsignal(SIGTERM)
        if type(handler) is int and handler == _DEFAULT and get_ident() == self._thread:
            self._set(self._handler)

    def disarm(self) -> None:
        """Put everything back that is still ours; in a forked child as well."""
        self._is_forking = False
        if os._exit is self._exit:
            os._exit = _exit
        if _getsignal(SIGTERM) is self._handler:
            self._set(_DEFAULT)

    def held(self, action: Callable[[], None]) -> None:
        """Do something that a SIGTERM must not interrupt; it acts afterwards."""
        self._saving = True
        try:
            action()
        finally:
            self._saving = False
            if self._is_due:
                self._die()

    def _about_to_fork(self) -> None:
        """Put the default back meanwhile: a child forgets what it is told before it is awake, and would not die of a SIGTERM."""
        if get_ident() == self._thread and _getsignal(SIGTERM) is self._handler:
            self._is_forking = True
            self._set(_DEFAULT)

    def _forked(self) -> None:
        if self._is_forking:
            self._is_forking = False
            self._set(self._handler)

    def _set(self, handler: Any) -> None:
        try:
            _signal(SIGTERM, handler)
        except ValueError:  # only the main thread may
            pass

    def _make_exit(self) -> Callable[[int], Any]:
        def _exit_after_saving(status: int) -> Any:
            try:
                if _is_int(status) and _getpid() == self.pid and not self._saving:
                    self.save("exited", f"the test's process ended by itself: exit code {int(status) & 0xFF}")
            finally:
                _exit(status)

        # As `pickle` finds it, and as it is shown.
        _exit_after_saving.__name__ = _exit_after_saving.__qualname__ = "_exit"
        _exit_after_saving.__module__, _exit_after_saving.__doc__ = "os", _exit.__doc__
        return _exit_after_saving

    def _terminated(self) -> None:
        if self._saving:
            self._is_due = True
            return
        if _getpid() == self.pid:
            self.save("terminated", "killed by SIGTERM")
        self._die()

    def _die(self) -> None:
        self._is_due = False
        self._set(_DEFAULT)
        _kill(_getpid(), SIGTERM)


def _is_int(status: Any) -> bool:
    return isinstance(status, int)
