"""Logical threads: main, and the n-th thread, asyncio task or greenlet of a kind.

Names and ids of the operating system do not align between runs; "the second thread that runs
Worker._work" does. Threads are counted in the order in which they were started, not in the order in
which they reach their first probe: that one is a race. Tasks and greenlets take turns in one thread: they are counted
in the order in which they run first.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import os
import sys
import threading
import weakref
from _thread import RLock, _local, get_ident
from collections.abc import Callable
from time import sleep as _sleep
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from flakemark.trace.anatomy import instance_attributes, type_name

__tracebackhide__ = True  # pytest shows no frame of this module


class Threads:
    """Numbers of the logical threads of one run.

    Attributes:
        first: the number of the thread that began the run. Numbers are never used again in this process, so that what
            a thread of an earlier run still records is known for what it is.
        names: `names[number - first]` says which thread is which.
        several: whether more than one logical thread may be recording; False as long as only the first one can.
        holds: seconds by which threads of these names begin later.
    """

    def __init__(self) -> None:
        self.first = 0
        self.names: list[str] = []
        self._residents: list[Any] | None = None
        self.begin()

    def begin(self) -> None:
        """Begin a run in this thread, which is its main one."""
        with _LOCK:
            self.first += len(self.names)
            self.names = ["main"]
            self._local = _local()
            self._local.number = self.first
            self._ordinals: dict[str, int] = {}
            self._started: dict[int, tuple[Any, int]] = {}
            self._flows: dict[int, tuple[Any, int]] = {}  # tasks and greenlets
            self.holds: dict[str, float] = {}
            self.held_tasks: dict[int, float] = {}
            # Threads that are alive already do not count: which of them are left over differs from run to run.
            self._before = [weakref.ref(thread) for thread in list(active_threads().values())]
            self._see(get_ident(), self.first)
            if self._residents is None:
                self._residents = self._before  # threads of plugins: they run none of the project's code
            residents = [known() for known in self._residents]
            strangers = not all(any(thread is known for known in residents) for thread in list(active_threads().values()))
            self.several = strangers or _GREENLETS in sys.modules

    def notice(self) -> None:
        """A thread begins, a coroutine of the project runs, or greenlets are imported: from now on every event says whose it is."""
        self.several = True

    def current(self) -> int:
        """Return the number of the logical thread that runs now; cost two attribute reads."""
        task = _current_task()
        if task is not None:  # a greenlet in which a task runs something is that task
            return self._of_flow(task, _task_kind)
        greenlet = _current_greenlet()
        if greenlet is not None:
            return self._of_flow(greenlet, _greenlet_kind)
        try:
            number: int = self._local.number
        except AttributeError:
            number = self._local.number = self._of_thread()
            self._hold(number)
        return number

    def _of_thread(self) -> int:
        """Number the threads that are new, this one among them, in the order of their start."""
        ident = get_ident()
        with _LOCK:
            for other, thread in list(active_threads().items()):
                if not self._is_seen(other, thread) and (other == ident or not self._was_before(thread)):
                    kind = _thread_kind(thread)
                    self._see(other, self._enrol(f"earlier {kind}" if self._was_before(thread) else kind))
            # Threads that were not started by `threading` are not listed there, and must not be: it would register a dummy.
            return self._started[ident][1] if ident in active_threads() else self._enrol("thread:?")

    def _was_before(self, thread: Any) -> bool:
        return any(known() is thread for known in self._before)

    def _is_seen(self, ident: int, thread: Any) -> bool:
        known = self._started.get(ident)
        return known is not None and known[0] is not None and known[0]() is thread

    def _see(self, ident: int, number: int) -> None:
        thread = active_threads().get(ident)
        self._started[ident] = (None if thread is None else weakref.ref(thread), number)

    def _enrol(self, kind: str) -> int:
        with _LOCK:
            ordinal = self._ordinals[kind] = self._ordinals.get(kind, 0) + 1
            self.names.append(f"{kind}#{ordinal}")
            self.notice()
            return self.first + len(self.names) - 1

    def _hold(self, number: int) -> None:
        seconds = self.holds.get(self.names[number - self.first]) if self.holds else None
        if seconds is None:
            return
        if running_loop() is None:
            _sleep(seconds)
        else:  # a task must not stop the whole loop: it is held where it awaits next
            self.held_tasks[number] = seconds

    def _of_flow(self, flow: Any, kind: Callable[[Any], str]) -> int:
        known = self._flows.get(id(flow))
        if known is not None and known[0]() is flow:
            return known[1]
        try:
            alive: Any = weakref.ref(flow)
        except TypeError:  # a class of tasks of somebody's own, with slots
            alive = _Forever(flow)
        number = self._enrol(kind(flow))
        self._flows[id(flow)] = (alive, number)
        self._hold(number)
        return number


class _Forever:
    """Stands for a weak reference to what cannot have one."""

    __slots__ = ("_kept",)

    def __init__(self, kept: Any) -> None:
        self._kept = kept

    def __call__(self) -> Any:
        return self._kept


def active_threads() -> dict[int, Any]:
    """Return the threads that `threading` knows, by their ids."""
    found: dict[int, Any] = threading._active  # type: ignore[attr-defined]
    return found


class _Watched(dict[int, Any]):
    """`threading`'s register of threads, which tells when one is entered: that is done in the new thread, before it runs."""

    __slots__ = ()

    def __setitem__(self, ident: int, thread: Any) -> None:
        for threads in _WATCHING:
            threads.notice()
        dict.__setitem__(self, ident, thread)


_WATCHING: list[Threads] = []


def watch(threads: Threads) -> None:
    """Have every start of a thread noticed, whoever starts it; one started behind the back of `threading` is not."""
    before = active_threads()
    if type(before) is dict:
        register = threading._active = _Watched(before)  # type: ignore[attr-defined]
        _strike_off_from(register, before)
    if not any(known is threads for known in _WATCHING):
        _WATCHING.append(threads)


def _strike_off_from(register: dict[int, Any], before: dict[int, Any]) -> None:
    """Have threads that `threading` did not start struck off the new register: since 3.13 their end holds the old one as a default."""
    end = getattr(getattr(threading, "_DeleteDummyThreadOnDel", None), "__del__", None)
    if type(end) is FunctionType and end.__defaults__:
        end.__defaults__ = tuple(register if default is before else default for default in end.__defaults__)


_LOCK = RLock()


def one_at_a_time() -> RLock:
    """Return the lock for what no two threads may do to our lists at once."""
    return _LOCK


def _unlock() -> None:
    """Make the lock anew: another thread may have held it when this process was forked."""
    global _LOCK  # noqa: PLW0603 - it can neither be released nor reset by somebody else
    _LOCK = RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_unlock)

_running: Callable[[], Any] | None = None
_task: Callable[[Any], Any] | None = None


def running_loop() -> Any:
    """Return the event loop that runs in this thread, or None; asyncio is not imported for it."""
    if _running is None and not _bind_asyncio():
        return None
    return _running() if _running is not None else None


def _current_task() -> Any:
    loop = running_loop()
    return None if loop is None or _task is None else _task(loop)


def _bind_asyncio() -> bool:
    """Take references of our own as soon as asyncio is there: a test may patch it."""
    global _running, _task
    events, tasks = sys.modules.get("asyncio.events"), sys.modules.get("asyncio.tasks")
    if events is None or tasks is None or not hasattr(tasks, "current_task"):
        return False
    _running, _task = events._get_running_loop, tasks.current_task
    return True


_GREENLETS = "greenlet._greenlet"  # the compiled module itself: a test may patch `greenlet`
_greenlets: tuple[Callable[[], Any], Callable[[Any], Any]] | None = None


def starts_greenlets(module: str) -> bool:
    """Whether greenlets may run as soon as a module of this name has been imported."""
    return module == _GREENLETS


def _current_greenlet() -> Any:
    """Return the greenlet that runs now; None for the one that every thread has from its start."""
    if _greenlets is None and _GREENLETS not in sys.modules:
        return None
    known = _greenlets or _bind_greenlets()
    if known is None:
        return None
    current, parent = known
    running = current()
    return None if running is None or parent(running) is None else running


def _bind_greenlets() -> tuple[Callable[[], Any], Callable[[Any], Any]] | None:
    global _greenlets  # noqa: PLW0603 - as above: once for the process
    module: Any = sys.modules.get(_GREENLETS)
    current = getattr(module, "getcurrent", None)
    if type(current) is BuiltinFunctionType:  # there, and loaded to its end
        _greenlets = current, module.greenlet.__dict__["parent"].__get__
    return _greenlets


def _greenlet_kind(_: Any) -> str:
    """Name the greenlet that runs now by the function that it began with; one of a patched `threading` by its thread."""
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
    if frame.f_code.co_name == "_bootstrap" and frame.f_globals.get("__name__") == "threading":
        return _thread_kind(frame.f_locals["self"])
    return f"greenlet:{getattr(frame.f_code, 'co_qualname', frame.f_code.co_name)}"


def _thread_kind(thread: Any) -> str:
    target = dict(instance_attributes(thread)).get("_target")
    return f"thread:{type_name(type(thread)).rpartition('.')[2] if target is None else _callable_name(target)}"


def _callable_name(target: Any) -> str:
    if type(target) is MethodType:
        target = target.__func__
    if type(target) is FunctionType:
        return target.__qualname__
    return type_name(type(target)).rpartition(".")[2]


def _task_kind(task: Any) -> str:
    try:
        code = getattr(task.get_coro(), "cr_code", None)
    except Exception:  # noqa: BLE001 - a class of tasks of somebody's own: what it raises is not the test's
        code = None
    return f"task:{code.co_name if code is not None else '?'}"
