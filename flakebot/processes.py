"""Programs that run code of others: watched, bounded in time, and gone afterwards with everything that they started."""

from __future__ import annotations

import ctypes
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from flakebot.user import User, confine, end_everything

GRACE_S = 10.0
MAX_LINE = 2_000
MAX_TAIL = 60
_POLL_S = 0.5
_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended.

    Attributes:
        code: exit code; negative for a signal.
        tail: its last lines.
        timed_out: whether it was ended because its time was over.
    """

    code: int
    tail: tuple[str, ...] = ()
    timed_out: bool = False


class Processes(Protocol):
    """Starts programs and waits for them."""

    def run(
        self, command: Sequence[str], *, environ: Mapping[str, str], cwd: Path, timeout: float, on_line: Callable[[str], None],
        only_errors: bool = False,
    ) -> Finished:  # fmt: skip
        """Run a program to its end, or to the end of its time.

        Args:
            command: program and arguments.
            environ: its whole environment.
            cwd: its working directory.
            timeout: seconds after which it is ended with everything that it started.
            on_line: gets each line of its output, cut to a bounded length, without the line end.
            only_errors: whether standard output is thrown away and only standard error is read.

        Raises:
            OSError: if the program cannot be started.
        """
        ...


@dataclass(frozen=True, slots=True)
class ChildProcesses:
    """Real programs, each in a session of its own; nothing that they started outlives the call.

    Attributes:
        user: who they run as, None for our own user. Of another user every process is ended; of our own those that are
            ours by descent (`adopt_orphans`).
    """

    user: User | None = None

    def run(
        self, command: Sequence[str], *, environ: Mapping[str, str], cwd: Path, timeout: float, on_line: Callable[[str], None],
        only_errors: bool = False,
    ) -> Finished:  # fmt: skip
        """Run a program; see `Processes.run`."""
        deadline, before = time.monotonic() + timeout, frozenset(_children())
        child = subprocess.Popen(
            list(command), env=dict(environ), cwd=cwd, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL if only_errors else subprocess.PIPE,
            stderr=subprocess.PIPE if only_errors else subprocess.STDOUT, **_switch(self.user),
        )  # fmt: skip
        tail: list[str] = []
        try:
            for line in _lines(child, deadline):
                tail = [*tail[-MAX_TAIL:], line]
                on_line(line)
            timed_out = not _ended(child, deadline)
        finally:
            # Also on Ctrl-C and SIGTERM, which arrive here as exceptions.
            end_session(child)
            _end_strays(before)
            if self.user:
                end_everything(self.user)
            _reap_orphans(before)
        return Finished(child.returncode, tuple(tail), timed_out)


def end_session(child: subprocess.Popen[bytes]) -> None:
    """End a program that leads a session, and all processes of that session, politely first."""
    if child.poll() is None:
        _signal(child, signal.SIGTERM)
        _ended(child, time.monotonic() + GRACE_S)
    # Process groups of their own do not help them: what is left of the session dies, the group of the leader first.
    _signal(child, signal.SIGKILL)
    for pid in session_members(child.pid):
        with suppress(OSError):
            os.kill(pid, signal.SIGKILL)
    child.wait()
    _output(child).close()


def adopt_orphans() -> None:
    """Become the parent of every process below us whose own parent ends, so that none can leave our sight (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def session_members(session: int) -> list[int]:
    """List the processes of a session; empty where there is no /proc."""
    with suppress(OSError):
        pids = [int(name) for name in os.listdir("/proc") if name.isdecimal()]
        return [pid for pid in pids if _session_of(pid) == session]
    return []


def _session_of(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            # The name in parentheses may hold spaces and parentheses; state, parent, group and session follow the last one.
            fields = file.read().rpartition(b")")[2].split()
        return -1 if fields[0] in (b"Z", b"X") else int(fields[3])
    except (OSError, IndexError, ValueError):
        return -1


def _signal(child: subprocess.Popen[bytes], number: int) -> None:
    # Our child is not reaped before `wait`, or its group still exists; a reused id could be hit only in between.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, number)


def _output(child: subprocess.Popen[bytes]) -> IO[bytes]:
    stream = child.stdout or child.stderr
    assert stream is not None
    return stream


def _ended(child: subprocess.Popen[bytes], deadline: float) -> bool:
    try:
        child.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return False
    return True


def _lines(child: subprocess.Popen[bytes], deadline: float) -> Iterator[str]:
    """Yield lines until the output ends, the program has ended, or the time is over."""
    pending = b""
    for chunk in _chunks(_output(child), child, deadline):
        *whole, pending = (pending + chunk).split(b"\n")
        yield from map(_decoded, whole)
        pending = pending[: 4 * MAX_LINE]
    if pending:
        yield _decoded(pending)


def _chunks(stream: IO[bytes], child: subprocess.Popen[bytes], deadline: float) -> Iterator[bytes]:
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            if selector.select(min(left, _POLL_S)):
                chunk = os.read(stream.fileno(), 65_536)
                if not chunk:
                    return
                yield chunk
            elif child.poll() is not None:  # something that it started holds the pipe open
                return


def _decoded(line: bytes) -> str:
    text = line.decode("utf-8", errors="replace").rstrip("\r")
    return text if len(text) <= MAX_LINE else text[: MAX_LINE - 1] + "…"


def _switch(user: User | None) -> dict[str, Any]:
    return {"user": user.uid, "group": user.gid, "extra_groups": [], "umask": 0o077, "preexec_fn": confine} if user else {}


def _children() -> list[int]:
    """List our children, also those that we adopted; empty where the system does not tell."""
    with suppress(OSError):
        return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()]
    return []


def _end_strays(before: frozenset[int]) -> None:
    """End what left its session (a daemon) and came to us when its parent ended; its own children come to us then."""
    deadline = time.monotonic() + GRACE_S
    while (strays := [pid for pid in _children() if pid not in before]) and time.monotonic() < deadline:
        for pid in strays:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        _reap_orphans(before)
        time.sleep(0.005)


def _reap_orphans(before: frozenset[int]) -> None:
    """As the first process of a container, or where we asked for it, we inherit the orphans of everybody below us."""
    for pid in _children():
        if pid not in before:
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
