"""A small process between us and a worker: whatever the tests start and leave behind becomes its child, and dies with it.

Process groups are not enough: a daemon leaves its group, and its parent. On Linux the keeper declares itself the
"child subreaper" of everything below it, so that orphans come to it instead of to init; the attribute would need
ctypes inside the test process otherwise. It kills them all when its worker has ended, when it gets SIGTERM, and when
the pipe on its standard input closes because we died ourselves. Elsewhere it does the same for process groups only.

Run as a script, without site-packages: `python -I -S keeper.py COMMAND...`.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time

PR_SET_CHILD_SUBREAPER = 36
NOT_STARTED = 127
PATIENCE = 5.0  # a killed process that waits for a disk does not end at once


def adopt_orphans() -> None:
    """Become the process to which orphans below this one are given."""
    if sys.platform.startswith("linux"):
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def start(command: list[str]) -> int:
    """Start the worker in a session of its own; returns its process id."""
    pid = os.fork()
    if pid:
        return pid
    try:
        for number in (signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.execvp(command[0], command)  # noqa: S606  # a list, no shell
    except OSError as error:
        os.write(2, f"{command[0]} cannot be started: {error.strerror}\n".encode())
    finally:
        os._exit(NOT_STARTED)


def wait(worker: int, waker: int) -> int | None:
    """Wait for the worker's end; returns its exit code (128 + n for signal n), or None if it is to be ended."""
    while True:
        ready = select.select([0, waker], [], [])[0]
        if 0 in ready or signal.SIGTERM in os.read(waker, 512):
            return None
        for pid, status in reap():
            if pid == worker:
                return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)


def reap() -> list[tuple[int, int]]:
    """Collect the children that have ended; (process id, wait status) each."""
    ended = []
    try:
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            ended.append(found)
    except ChildProcessError:
        pass
    return ended


def end_everything(worker: int) -> None:
    """Kill until no child is left: the children of what was killed come to us, too."""
    kill(worker)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        reap()
        left = children(os.getpid())
        if not left:
            return
        for pid in left:
            kill(pid)
        time.sleep(0.001)


def kill(pid: int) -> None:
    """Kill a process and its group, unless that is ours."""
    try:
        group = os.getpgid(pid)
        if group != os.getpgid(0):
            os.killpg(group, signal.SIGKILL)
        os.kill(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def children(parent: int) -> list[int]:
    """List the children of a process, ended ones that nobody has waited for included; empty where there is no /proc."""
    try:
        with open(f"/proc/{parent}/task/{parent}/children", encoding="ascii") as file:
            return [int(pid) for pid in file.read().split()]
    except OSError:
        return [pid for pid in _processes() if _parent_of(pid) == parent]


def _processes() -> list[int]:
    try:
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]  # pathlib costs 10 ms here
    except OSError:
        return []


def _parent_of(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return 0


def main() -> None:
    """Start the worker, wait, leave nothing behind."""
    adopt_orphans()
    waker, wakened = os.pipe()
    os.set_blocking(wakened, False)
    signal.set_wakeup_fd(wakened, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, lambda number, frame: None)
    inherited = int(sys.argv[1])
    worker = start(sys.argv[2:])
    os.close(inherited)  # or else we would hold the worker's end of the channel open
    code = wait(worker, waker)
    end_everything(worker)
    os._exit(NOT_STARTED if code is None else code)


if __name__ == "__main__":
    main()
