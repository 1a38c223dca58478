"""Pauses of the test itself, where no line of the project is: at operations of the system, and before its teardown.

What waits for nobody also meets the test inside of libraries: a folder is removed while a thread still writes into it. An
audit hook is told of such operations in the thread that makes them, just before; it pauses there. Hooks cannot be taken
away again, so that one is only made in a process of one run.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import sys
from _thread import get_ident
from time import sleep as _sleep
from typing import Any

import pytest

TEARDOWN = "teardown"
MOST = 20  # pauses of one kind; a loop over a thousand files must not last for minutes


class Pauses:
    """The pauses of one run; a plugin of pytest.

    Args:
        forces: as JSON; those of kind "pause" are meant: `what` is an event of the audit hooks, or "teardown".
    """

    def __init__(self, forces: list[dict[str, Any]]) -> None:
        self.seconds = {str(force["what"]): float(force["seconds"]) for force in forces if force["kind"] == "pause"}
        self.left = dict.fromkeys(self.seconds, MOST)
        self.own = get_ident()

    def install(self, plugins: Any) -> None:
        """Begin; costs nothing where there is no pause."""
        if self.seconds:
            plugins.register(self, "flakemark-pauses")
        if self.seconds.keys() - {TEARDOWN}:
            sys.addaudithook(self._hook)

    def _hook(self, event: str, _arguments: tuple[Any, ...]) -> None:
        if event in self.seconds and get_ident() == self.own and self.left[event]:
            self.left[event] -= 1
            _sleep(self.seconds[event])

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self, nextitem: Any) -> None:
        """Pause before the teardown of the last test, which is the victim."""
        if nextitem is None and TEARDOWN in self.seconds:
            _sleep(self.seconds[TEARDOWN])
