"""Logical threads: main, and the n-th thread or asyncio task of a kind.

Names and ids of the operating system do not align between runs; "the second thread that runs
Worker._work" does.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import sys
import threading
import weakref
from _thread import _local, get_ident
from time import sleep as _sleep
from typing import Any

from flakemark.trace.fingerprint import instance_attributes

MAIN = 0


class Threads:
    """Numbers of the logical threads of one run; `names[number]` says which is which."""

    def __init__(self) -> None:
        self.names: list[str] = ["main"]
        self._local = _local()
        self._local.number = MAIN
        self._main = get_ident()
        self._ordinals: dict[str, int] = {}
        self._tasks: dict[int, tuple[weakref.ref[Any], int]] = {}
        self.holds: dict[str, float] = {}
        self.held_tasks: dict[int, float] = {}

    def current(self) -> int:
        """Return the number of the logical thread that runs now; cost two attribute reads."""
        loop = running_loop()
        if loop is not None:
            task = sys.modules["asyncio"].current_task(loop)
            if task is not None:
                return self._of_task(task)
        try:
            number: int = self._local.number
        except AttributeError:
            number = self._local.number = self._enrol(_thread_kind(get_ident()))
        return number

    def _enrol(self, kind: str) -> int:
        ordinal = self._ordinals.get(kind, 0) + 1
        self._ordinals[kind] = ordinal
        name = f"{kind}#{ordinal}"
        self.names.append(name)
        number = len(self.names) - 1
        if name in self.holds:
            self._hold(number, self.holds[name])
        return number

    def _hold(self, number: int, seconds: float) -> None:
        if running_loop() is None:
            _sleep(seconds)
        else:  # a task must not stop the whole loop: it is held where it awaits next
            self.held_tasks[number] = seconds

    def _of_task(self, task: Any) -> int:
        known = self._tasks.get(id(task))
        if known is not None and known[0]() is task:
            return known[1]
        number = self._enrol(_task_kind(task))
        self._tasks[id(task)] = (weakref.ref(task), number)
        return number


def running_loop() -> Any:
    """Return the event loop that runs in this thread, or None; asyncio is not imported for it."""
    events = sys.modules.get("asyncio.events")
    return None if events is None else events._get_running_loop()


def _thread_kind(ident: int) -> str:
    # Not current_thread(): it would register a dummy for threads that were not started by `threading`.
    thread = threading._active.get(ident)  # type: ignore[attr-defined]
    if thread is None:
        return "thread:?"
    target = dict(instance_attributes(thread)).get("_target")
    name = getattr(target, "__qualname__", None) if target is not None else None
    return f"thread:{name if type(name) is str else type(thread).__qualname__}"


def _task_kind(task: Any) -> str:
    code = getattr(task.get_coro(), "cr_code", None)
    return f"task:{code.co_name if code is not None else '?'}"
