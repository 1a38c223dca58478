"""What waits, what gives results in the order in which they are complete, and what starts something that others may have to wait for.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from flakemark.trace.known.source import BLOCK, COMPLETION, PROCESS, START, WAIT, Source, rows

_MILLISECONDS = 1000
_POSITIONS: dict[int, tuple[str, ...]] = {
    0: (
        "time.sleep", "asyncio.tasks.sleep=asyncio.sleep", "trio.sleep", "trio.fail_after", "trio.move_on_after", "anyio.sleep",
        "anyio.fail_after", "anyio.move_on_after", "gevent.hub.sleep=gevent.sleep",
        "asyncio.timeouts.timeout=asyncio.timeout", "asyncio.timeouts.timeout_at=asyncio.timeout_at",
        "trio.sleep_until", "anyio.sleep_until",
        "threading.Event.wait=Event.wait", "threading.Condition.wait=Condition.wait", "threading.Barrier.wait=Barrier.wait",
        "threading.Thread.join=Thread.join", "concurrent.futures._base.Future.result=Future.result",
        "concurrent.futures._base.Future.exception=Future.exception",
        "subprocess.Popen.wait=Popen.wait", "_socket.socket.settimeout=socket.settimeout",
        "_socket.setdefaulttimeout=socket.setdefaulttimeout",
        "select.epoll.poll=epoll.poll",
        *(f"selectors.{name}.select=selector.select" for name in (
            "EpollSelector", "SelectSelector", "_PollLikeSelector", "KqueueSelector", "DevpollSelector",
        )),
        "multiprocessing.synchronize.Event.wait=multiprocessing.Event.wait",
        "multiprocessing.synchronize.Condition.wait=multiprocessing.Condition.wait",
        "multiprocessing.process.BaseProcess.join=Process.join",
        "multiprocessing.pool.ApplyResult.get=AsyncResult.get", "multiprocessing.pool.ApplyResult.wait=AsyncResult.wait",
        "multiprocessing.pool.IMapIterator.next=IMapIterator.next",
        "multiprocessing.connection._ConnectionBase.poll=Connection.poll",
    ),
    1: (
        "asyncio.tasks.wait_for=asyncio.wait_for", "threading.Condition.wait_for=Condition.wait_for",
        "threading.Semaphore.acquire=Semaphore.acquire", "_thread.lock.acquire=Lock.acquire", "_thread.RLock.acquire=RLock.acquire",
        "queue.Queue.get=Queue.get", "_queue.SimpleQueue.get=SimpleQueue.get", "concurrent.futures._base.wait=concurrent.futures.wait",
        "subprocess.Popen.communicate=Popen.communicate",
        "_multiprocessing.SemLock.acquire=multiprocessing.Lock.acquire",
        "multiprocessing.synchronize.Condition.wait_for=multiprocessing.Condition.wait_for",
        "multiprocessing.queues.Queue.get=multiprocessing.Queue.get",
        "multiprocessing.connection.wait", "_signal.sigtimedwait=signal.sigtimedwait",
    ),
    2: ("queue.Queue.put=Queue.put", "multiprocessing.queues.Queue.put=multiprocessing.Queue.put"),
    3: ("select.select",),
    # Only as keywords.
    99: (
        "asyncio.tasks.wait=asyncio.wait",
        *(f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output")),
    ),
}  # fmt: skip

WAITS: dict[str, Source] = {
    **{key: source._replace(limit=place) for place, names in _POSITIONS.items() for key, source in rows(WAIT, names).items()},
    "select.poll.poll": Source("poll.poll", WAIT, per_second=_MILLISECONDS),
    **rows(BLOCK, (
        "asyncio.tasks.gather=asyncio.gather", "asyncio.tasks.shield=asyncio.shield", "asyncio.runners.run=asyncio.run",
        "asyncio.runners.Runner.run=Runner.run", "asyncio.base_events.BaseEventLoop.run_until_complete=loop.run_until_complete",
        *(f"asyncio.locks.{name}.wait=asyncio.{name}.wait" for name in ("Event", "Condition", "Barrier")),
        *(f"asyncio.locks.{name}.acquire=asyncio.{name}.acquire" for name in ("Lock", "Semaphore")),
        *(f"asyncio.queues.Queue.{name}=asyncio.Queue.{name}" for name in ("get", "put", "join")),
        "queue.Queue.join=Queue.join", "multiprocessing.pool.Pool.map=Pool.map", "multiprocessing.queues.SimpleQueue.get",
        "multiprocessing.connection._ConnectionBase.recv=Connection.recv", "concurrent.futures._base.Executor.map=Executor.map",
        "concurrent.futures.thread.ThreadPoolExecutor.shutdown=ThreadPoolExecutor.shutdown",
        "posix.wait=os.wait", "posix.waitpid=os.waitpid", "_signal.pause=signal.pause", "trio.Event.wait",
    )),
    **rows(START, (
        "threading.Thread.start=Thread.start", "concurrent.futures.thread.ThreadPoolExecutor.submit=ThreadPoolExecutor.submit",
        "asyncio.base_events.BaseEventLoop.run_in_executor=loop.run_in_executor", "asyncio.threads.to_thread=asyncio.to_thread",
        "asyncio.tasks.create_task=asyncio.create_task", "asyncio.tasks.ensure_future=asyncio.ensure_future",
        "asyncio.taskgroups.TaskGroup.create_task=TaskGroup.create_task",
        "asyncio.base_events.BaseEventLoop.create_task=loop.create_task",
    )),
    **rows(PROCESS, ("subprocess.Popen",)),
    # Waits whose results come in an order of their own.
    "concurrent.futures._base.as_completed": Source("concurrent.futures.as_completed", COMPLETION, limit=1),
    "asyncio.tasks.as_completed": Source("asyncio.as_completed", COMPLETION, limit=99),
    "multiprocessing.pool.Pool.imap_unordered": Source("Pool.imap_unordered", COMPLETION, limit=99),
    # Known by name; a process of which no line of the project sees the number cannot be held.
    **rows(BLOCK, (
        "multiprocessing.process.BaseProcess.start=Process.start", "multiprocessing.pool.Pool.apply_async=Pool.apply_async",
        "concurrent.futures.process.ProcessPoolExecutor.submit=ProcessPoolExecutor.submit",
        "asyncio.subprocess.create_subprocess_exec=asyncio.create_subprocess_exec",
        "asyncio.subprocess.create_subprocess_shell=asyncio.create_subprocess_shell",
    )),
}  # fmt: skip
