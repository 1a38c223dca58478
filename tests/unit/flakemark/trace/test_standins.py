"""Waits that are stretched and draws that are forced, however they are called."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flakemark.trace.recording import RECORDER

Make = Callable[..., Any]

# Each waits for something that comes after 200 ms, with a limit of a few milliseconds; the name `done` says whether it came.
TOO_SHORT = {
    "Event.wait": "done = event.wait(0.005)",
    "Event.wait, by name": "done = event.wait(timeout=0.005)",
    "Event.wait, aliased": "w = event.wait\ndone = w(0.005)",
    "Event.wait, partial": "from functools import partial\ndone = partial(event.wait, timeout=0.005)()",
    "Condition.wait_for": "c = threading.Condition()\nwith c:\n    done = c.wait_for(event.is_set, 0.005) or event.is_set()",
    "Semaphore.acquire": "done = semaphore.acquire(True, 0.005)",
    "Lock.acquire": "done = lock.acquire(timeout=0.005)",
    "RLock.acquire": "done = rlock.acquire(True, 0.005)",
    "Thread.join": "thread.join(0.005)\ndone = not thread.is_alive()",
    "Queue.get": "try: done = q.get(True, 0.005)\nexcept queue.Empty: done = False",
    "SimpleQueue.get": "try: done = sq.get(timeout=0.005)\nexcept queue.Empty: done = False",
    "Future.result": "try: done = future.result(0.005)\nexcept TimeoutError: done = False\nexcept Exception: done = False",
    "futures.wait": "import concurrent.futures as cf\ndone = bool(cf.wait([future], 0.005).done)",
    "Barrier.wait": "try: done = barrier.wait(0.005) is not None\nexcept threading.BrokenBarrierError: done = False",
    "time.sleep": "time.sleep(0.005)\ndone = event.is_set()",
    "time.sleep, imported": "from time import sleep as nap\nnap(0.005)\ndone = event.is_set()",
    "select.select": "import select\ndone = bool(select.select([a], [], [], 0.005)[0])",
    "poll.poll": "import select\np = select.poll()\np.register(a, select.POLLIN)\ndone = bool(p.poll(5))",
    "selector.select": "import selectors\ns = selectors.DefaultSelector()\ns.register(a, 1)\ndone = bool(s.select(0.005))\ns.close()",
    "socket.settimeout": "a.settimeout(0.005)\ntry: done = bool(a.recv(1))\nexcept OSError: done = False",
    "multiprocessing": "import multiprocessing\ndone = pipe.poll(0.005)",
    "subprocess.run": "import subprocess, sys\ntry: done = not subprocess.run(['sleep', '0.2'], timeout=0.005).returncode\n"
    "except subprocess.TimeoutExpired: done = False",
    "Popen.wait": "import subprocess, sys\nchild = subprocess.Popen(['sleep', '0.2'])\ntry: done = not child.wait(0.005)\n"
    "except subprocess.TimeoutExpired: done = False\nfinally: child.communicate()",
}
ASYNC = {
    "asyncio.sleep": "await asyncio.sleep(0.005)\n    done = event.is_set()",
    "asyncio.wait_for": "try: done = await asyncio.wait_for(soon(), 0.005)\n    except asyncio.TimeoutError: done = False",
    "asyncio.wait": "done = bool((await asyncio.wait([asyncio.ensure_future(soon())], timeout=0.005))[0])",
    "asyncio.timeout": "try:\n        async with asyncio.timeout(0.005): done = await soon()\n    except TimeoutError: done = False",
    "asyncio.timeout_at": "try:\n        async with asyncio.timeout_at(asyncio.get_running_loop().time() + 0.005): done = await soon()\n"
    "    except TimeoutError: done = False",
}
SETTING = """
import multiprocessing, queue, socket, threading, time
from concurrent.futures import Future
event, q, sq, future, barrier = threading.Event(), queue.Queue(), queue.SimpleQueue(), Future(), threading.Barrier(2)
semaphore, lock, rlock = threading.Semaphore(0), threading.Lock(), threading.RLock()
pipe, other = multiprocessing.Pipe()
a, b = socket.socketpair()
lock.acquire()
def work():
    with rlock:
        started.set()
        real_sleep(0.2)
        event.set(); q.put(1); sq.put(1); future.set_result(True); semaphore.release(); lock.release(); b.send(b"x"); other.send(1)
    try: barrier.wait(0.2)
    except threading.BrokenBarrierError: pass
real_sleep, started = time.sleep, threading.Event()
thread = threading.Thread(target=work)
thread.start()
started.wait()
def waits():
    global done
{body}
waits()
thread.join()
for each in (a, b, pipe, other): each.close()
"""


def stretched(program: Make, source: str, begin: str, end: str) -> tuple[Any, Any]:
    """Run it as it is, and with every wait between two texts stretched by two seconds."""
    first, last = (source[: source.rindex(text)].count("\n") + 1 for text in (begin, end))
    sample = program(source)
    plain = sample["done"]
    keys = [site.key for site in sample.sites() if site.kind == "call" and first <= site.line < last]
    RECORDER.start([{"kind": "stretch", "site": key, "seconds": 2.0} for key in keys])
    return plain, sample.run()["done"]


@pytest.mark.parametrize("body", TOO_SHORT.values(), ids=TOO_SHORT)
@pytest.mark.filterwarnings("ignore")
def test_a_wait_that_is_too_short_succeeds_when_it_is_stretched(program: Make, body: str) -> None:
    source = SETTING.format(body="\n".join("    " + line for line in body.splitlines()))
    assert stretched(program, source, "global done", "waits()") == (False, True)


@pytest.mark.parametrize("body", ASYNC.values(), ids=ASYNC)
@pytest.mark.filterwarnings("ignore")
def test_an_async_wait_that_is_too_short_succeeds_when_it_is_stretched(program: Make, body: str) -> None:
    import asyncio

    if ("timeout(" in body and not hasattr(asyncio, "timeout")) or ("timeout_at" in body and not hasattr(asyncio, "timeout_at")):
        pytest.skip("since 3.11")
    source = f"""
import asyncio
async def soon():
    await pause(0.2)
    event.set()
    return True
async def main():
    global event, done
    event = asyncio.Event()
    task = asyncio.ensure_future(soon())
    {body}
    await task
pause = asyncio.sleep
asyncio.run(main())
"""
    assert stretched(program, source, "task =", "await task") == (False, True)


def test_limits_that_are_none_are_left_alone(program: Make) -> None:
    source = "import threading\nlock = threading.Lock()\nx = lock.acquire(True, -1), threading.Event().wait(0)"
    sample = program(source, run=False)
    forces = [{"kind": "stretch", "site": site.key, "seconds": 0.01} for site in sample.sites() if site.kind == "call"]
    RECORDER.start(forces)
    began = time.monotonic()
    assert sample.run()["x"] == (True, False)
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    "call", ["partial(random.randint, 1)(6)", "partial(random.randint, b=6)(1)", "partial(partial(random.randint), 1, 6)()"]
)
def test_a_draw_through_partial_has_its_edges(program: Make, call: str) -> None:
    sample = program(f"import random\nfrom functools import partial\nx = {call}", run=False)
    for edge, expected in enumerate((1, 6)):
        RECORDER.start([{"kind": "edge", "site": site.key, "edge": edge} for site in sample.sites() if site.kind == "call"])
        assert sample.run()["x"] == expected


def test_a_shuffle_through_partial_is_put_into_its_order(program: Make) -> None:
    sample = program("import random\nfrom functools import partial\nx = [1, 2, 3]\npartial(random.shuffle, x)()", run=False)
    RECORDER.start([{"kind": "order", "site": site.key, "values": [["list", [3, 1, 2]]]} for site in sample.sites() if site.line == 4])
    assert sample.run()["x"] == [3, 1, 2]


def test_a_source_that_draws_nothing_is_never_replaced(program: Make) -> None:
    sample = program("import os\nx = os.getcwd()", run=False)
    RECORDER.start([{"kind": "pin", "site": sample.key(2, "call"), "values": ["/elsewhere"]}])
    assert sample.run()["x"] == "/elsewhere"


@pytest.mark.parametrize(
    ("call", "literal"),
    [
        ('tempfile.mkdtemp(prefix="desk_", dir=base)', "{base}/desk_abc_efg1"),
        ('tempfile.mkdtemp("_in", "desk_", base)', "{base}/desk_abc_efg1_in"),
        ("tempfile.mkdtemp(dir=base)", "{base}/tmpabc_efg1"),
        ('tempfile.mkstemp(suffix=".txt", dir=base)[1]', ["tuple", [5, "{base}/tmpabc_efg1.txt"]]),
        ('tempfile.NamedTemporaryFile("w", dir=base).name', ["obj", "tempfile._TemporaryFileWrapper", "{base}/tmpabc_efgw"]),
        ("tempfile.NamedTemporaryFile(dir=base).name", ["obj", "tempfile._TemporaryFileWrapper", "{base}/tmpabc_efg1"]),
    ],
)
def test_what_is_temporary_gets_the_name_that_it_had(program: Make, tmp_path: Path, call: str, literal: Any) -> None:
    sample = program(f"""
        import tempfile
        def make(base):
            made = {call}
            return made, tempfile.mkdtemp(dir=base)
    """)
    known = json.loads(json.dumps(literal).replace("{base}", str(tmp_path)))
    RECORDER.start([{"kind": "pin", "site": sample.key(4, "call"), "values": [known]}])
    made, after = sample["make"](str(tmp_path))
    assert "abc_efg" in made
    assert made.startswith(str(tmp_path))
    assert "abc_efg" not in after


def test_a_name_that_is_taken_is_not_used_again(program: Make, tmp_path: Path) -> None:
    (tmp_path / "tmpabc_efg1").mkdir()
    sample = program("""
        import tempfile
        def make(base):
            return tempfile.mkdtemp(dir=base)
    """)
    RECORDER.start([{"kind": "pin", "site": sample.key(4, "call"), "values": [str(tmp_path / "tmpabc_efg1")]}])
    assert not sample["make"](str(tmp_path)).endswith("abc_efg1")
