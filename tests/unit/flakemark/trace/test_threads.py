"""Threads, pools and tasks have names that are the same in every run."""

from __future__ import annotations

import _thread
import asyncio
import functools
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from flakemark.trace.recording import RECORDER
from flakemark.trace.threads import Threads, _task_kind


def names_of(run: Callable[[Threads], Any]) -> list[str]:
    threads = Threads()
    run(threads)
    return threads.names


def test_the_thread_that_starts_a_run_is_main() -> None:
    threads = Threads()
    assert threads.current() == 0
    assert threads.names == ["main"]


def test_threads_are_counted_by_their_start_and_not_by_their_first_probe() -> None:
    threads, found, gates = Threads(), {}, [threading.Event() for _ in range(3)]

    def work(number: int) -> None:
        gates[number].wait()
        found[number] = threads.names[threads.current()]

    workers = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for worker in workers:
        worker.start()
    for number in (2, 0, 1):
        gates[number].set()
        workers[number].join()
    name = "thread:test_threads_are_counted_by_their_start_and_not_by_their_first_probe.<locals>.work"
    assert found == {number: f"{name}#{number + 1}" for number in range(3)}


def test_a_thread_keeps_its_number() -> None:
    threads = Threads()
    seen: list[int] = []
    worker = threading.Thread(target=lambda: seen.extend([threads.current(), threads.current()]))
    worker.start()
    worker.join()
    assert seen == [1, 1]


def test_threads_are_named_by_class_method_or_target() -> None:
    class Worker(threading.Thread):
        def run(self) -> None:
            threads.current()

    class Service:
        def loop(self) -> None:
            threads.current()

        def __call__(self) -> None:
            threads.current()

        def __getattr__(self, name: str) -> Any:
            asked.append(name)
            raise AttributeError(name)

    asked: list[str] = []
    threads = Threads()
    service = Service()
    for thread in (
        Worker(),
        threading.Thread(target=service.loop),
        threading.Thread(target=service),
        threading.Thread(target=functools.partial(service)),
    ):
        thread.start()
        thread.join()
    assert [name.rpartition(".")[2] for name in threads.names[1:]] == ["thread:Worker#1", "loop#1", "thread:Service#1", "thread:partial#1"]
    assert set(asked) <= {"__name__"}, "what `threading` itself asks for"


def test_a_pool_has_one_name_per_thread() -> None:
    threads = Threads()
    barrier = threading.Barrier(3)

    def work(_: int) -> str:
        barrier.wait()
        return threads.names[threads.current()]

    with ThreadPoolExecutor(3) as pool:
        found = set(pool.map(work, range(3)))
    assert found == {"thread:_worker#1", "thread:_worker#2", "thread:_worker#3"}


def test_a_thread_that_threading_does_not_know_stays_unknown_to_it() -> None:
    threads, done = Threads(), threading.Event()
    found: list[str] = []

    def work() -> None:
        found.append(threads.names[threads.current()])
        done.set()

    before = threading.active_count()
    _thread.start_new_thread(work, ())
    done.wait()
    assert found == ["thread:?#1"]
    assert threading.active_count() == before


@pytest.mark.skipif(not hasattr(threading, "_DeleteDummyThreadOnDel"), reason="never struck off before 3.13")
def test_a_thread_that_asks_threading_who_it_is_is_struck_off_when_it_ends() -> None:
    code = """
import _thread, threading, time
from flakemark.trace.threads import Threads, watch
threads = Threads()
watch(threads)
idents = []
_thread.start_new_thread(lambda: idents.append(threading.current_thread().ident), ())
until = time.monotonic() + 10
while (not idents or idents[0] in threading._active) and time.monotonic() < until:
    time.sleep(0.01)
print(threads.several, idents[0] in threading._active)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True False\n"


def test_many_threads_at_once_share_no_number() -> None:
    threads, barrier = Threads(), threading.Barrier(30)
    numbers: list[int] = []

    def work() -> None:
        barrier.wait()
        numbers.append(threads.current())

    workers = [threading.Thread(target=work) for _ in range(30)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(numbers) == list(range(1, 31))


async def _visit(threads: Threads, found: list[str]) -> None:
    found.append(threads.names[threads.current()])
    await asyncio.sleep(0)
    found.append(threads.names[threads.current()])


def test_tasks_are_counted_by_their_coroutine() -> None:
    threads, found = Threads(), []

    async def main() -> None:
        await asyncio.gather(_visit(threads, found), _visit(threads, found))
        await _visit(threads, found)

    asyncio.run(main())
    assert found == ["task:_visit#1", "task:_visit#2", "task:_visit#1", "task:_visit#2", "task:main#1", "task:main#1"]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="task groups")
def test_tasks_of_a_group_and_of_an_executor_have_names() -> None:
    threads, found = Threads(), []

    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(_visit(threads, found))
        found.append(await asyncio.to_thread(lambda: threads.names[threads.current()]))

    asyncio.run(main())
    assert found == ["task:_visit#1", "task:_visit#1", "thread:_worker#1"]


def test_outside_of_a_task_a_loop_runs_in_its_thread() -> None:
    threads, found = Threads(), []

    async def main() -> None:
        asyncio.get_running_loop().call_soon(lambda: found.append(threads.current()))
        await asyncio.sleep(0)

    asyncio.run(main())
    assert found == [0]


def test_a_task_without_weak_references_is_no_obstacle() -> None:
    class Odd:
        __slots__ = ()

        def get_coro(self) -> Any:
            raise RuntimeError

    threads, task = Threads(), Odd()
    assert threads._of_flow(task, _task_kind) == threads._of_flow(task, _task_kind) == 1
    assert threads.names == ["main", "task:?#1"]


def test_a_held_thread_begins_later() -> None:
    import time

    threads = Threads()
    threads.holds["thread:late#1"] = 0.05
    took: list[float] = []

    def late() -> None:
        started = time.monotonic()
        threads.current()
        took.append(time.monotonic() - started)

    late.__qualname__ = "late"
    worker = threading.Thread(target=late)
    worker.start()
    worker.join()
    assert took[0] >= 0.05


def test_a_held_thread_has_called_nothing_by_then(program: Callable[..., Any]) -> None:
    sample = program("""
        import threading, time

        def work():
            done.set()

        def run():
            global done
            done = threading.Event()
            thread = threading.Thread(target=work)
            thread.start()
            early = done.wait(0.1)
            thread.join()
            return early, done.is_set()
    """)
    RECORDER.start([{"kind": "hold", "what": "thread:work#1", "seconds": 0.4}])
    assert sample["run"]() == (False, True)


GREENLETS = """
from greenlet import getcurrent, greenlet

log = []

class Loop(greenlet):
    def run(self):
        log.append(str("in the loop"))
        self.parent.switch()

def work(n):
    for step in range(2):
        log.append(str(n) + str(step))
        getcurrent().parent.switch()

flows = [greenlet(work) for _ in range(2)] + [Loop()]
for n, flow in enumerate(flows):
    flow.switch(*[n][: n < 2])
for n, flow in enumerate(flows[:2]):
    flow.switch()
log.append(str("in main"))
"""


def test_greenlets_are_logical_threads_counted_by_their_first_turn(program: Callable[..., Any]) -> None:
    pytest.importorskip("greenlet")
    RECORDER.start([])  # greenlets are imported: in the sample no hook would notice
    sample = program(GREENLETS)
    assert sample["log"] == ["00", "10", "in the loop", "01", "11", "in main"]
    names = RECORDER.threads.names
    said = [(names[event[1]], event[2]) for event in RECORDER.recorded() if event[2] in ("0", "1", "in the loop", "in main")]
    loop = "greenlet:Loop.run#1" if sys.version_info >= (3, 11) else "greenlet:run#1"
    assert said == [
        *[("greenlet:work#1", "0")] * 2, *[("greenlet:work#2", "1"), ("greenlet:work#2", "0")],
        (loop, "in the loop"),
        *[("greenlet:work#1", "0"), ("greenlet:work#1", "1")], *[("greenlet:work#2", "1")] * 2,
        ("main", "in main"),
    ]  # fmt: skip


def test_a_greenlet_of_a_task_is_that_task() -> None:
    greenlet = pytest.importorskip("greenlet")
    threads, found = Threads(), []

    async def main() -> None:
        greenlet.greenlet(lambda: found.append(threads.names[threads.current()])).switch()

    asyncio.run(main())
    assert found == ["task:main#1"]


def test_greenlets_of_two_threads_are_told_apart() -> None:
    greenlet = pytest.importorskip("greenlet")
    threads, found = Threads(), []

    def flow() -> None:
        found.append(re.split(r"[.:]", threads.names[threads.current()])[-1])

    def work() -> None:
        flow()
        greenlet.greenlet(flow).switch()
        flow()

    for _ in range(2):
        worker = threading.Thread(target=work)
        worker.start()
        worker.join()
    number = ("#1", "#2")
    assert found == [f"{name}{which}" for which in number for name in ("work", "flow", "work")]


def test_a_thread_that_a_library_runs_in_a_greenlet_is_named_as_a_thread() -> None:
    greenlet = pytest.importorskip("greenlet")
    threads, found = Threads(), []
    thread = threading.Thread(target=lambda: found.append(threads.names[threads.current()]))
    namespace = {"__name__": "threading"}  # as the real one, which would take the main thread's place here
    exec("def _bootstrap(self): self.run()", namespace)
    greenlet.greenlet(namespace["_bootstrap"]).switch(thread)
    assert [name.rpartition(".")[2] for name in found] == ["<lambda>#1"]
    assert found[0].startswith("thread:")


def test_with_the_import_of_greenlets_events_say_whose_they_are(tmp_path: Path) -> None:
    pytest.importorskip("greenlet")
    own = "from greenlet import greenlet\ndef f(x):\n    return str(x)\ngreenlet(f).switch(1)\n"
    (tmp_path / "own.py").write_text(own, encoding="utf-8")
    code = f"""
import sys
from flakemark.trace.hook import install_hook
from flakemark.trace.recording import RECORDER
install_hook({str(tmp_path)!r})
sys.path.insert(0, {str(tmp_path)!r})
import own
print(RECORDER.threads.names, sorted({{event[1] for event in RECORDER.recorded()}}))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['main', 'greenlet:f#1'] [0, 1]\n"
