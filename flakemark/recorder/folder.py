"""The folder of the flight recorder: traces, the index, and a marker for every process that is in the middle of a test.

A marker is there while a test runs. One that is still there when its process is gone tells of a test that died without a
trace (a segfault, SIGKILL); the controller of xdist, the next session or the reader makes a line of the index of it.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from errno import ENOSPC
from time import time_ns
from typing import Any

INDEX = "index.jsonl"
MARKER = ("running-", ".json")
MARKER_BYTES = 16_000
TAIL_BYTES = 16_000_000
_open, _write, _read, _close, _makedirs, _rmdir, _stat = os.open, os.write, os.read, os.close, os.makedirs, os.rmdir, os.stat
_unlink, _listdir, _kill, _getpid, _fstat, _truncate, _seek, _join = (
    os.unlink,
    os.listdir,
    os.kill,
    os.getpid,
    os.fstat,
    os.ftruncate,
    os.lseek,
    os.path.join,
)
_dumps, _loads = json.JSONEncoder().encode, json.loads
_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_NOWHERE = {"crash": "", "where": "", "test_line": ""}


class Folder:
    """The files of one process.

    Args:
        path: absolute; it is made when it is needed, and removed if nothing was kept in it.
        worker: gives the name of xdist's worker, or "main".
    """

    def __init__(self, path: str, worker: Callable[[], str]) -> None:
        self.path, self.worker = path, worker
        self.session = f"{time_ns() // 1_000:x}"
        self._marker = ""
        self._before = self._index_size()

    def trace_name(self, nodeid: str, last: str) -> str:
        """Return a name for a trace that no other test, attempt, worker or session has."""
        return f"{_slug(nodeid)}-{last}.trace"

    def attempt_name(self, nodeid: str, attempt: int) -> str:
        """Return the name for the trace of one attempt."""
        return self.trace_name(nodeid, f"{readable(self.worker(), 20)}-{attempt}-{self.session}")

    def made(self, name: str) -> str:
        """Return the path of a file in the folder, which is there then.

        Raises:
            OSError: it cannot be made.
        """
        _makedirs(self.path, exist_ok=True)
        return _join(self.path, name)

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        try:
            _close(_open(_join(self.path, name), os.O_RDONLY))
        except OSError:
            return False
        return True

    def append(self, entry: dict[str, Any]) -> None:
        """Add a line to the index; all of it or nothing.

        Raises:
            OSError: it cannot be written.
        """
        append(_join(self.path, INDEX), _dumps(entry) + "\n")

    def traces_of(self, worker: str) -> int:
        """Count the traces of failed tests that a worker has kept since this process began."""
        lines = _tail(_join(self.path, INDEX), self._before).splitlines()
        entries = [_parsed(line) for line in lines]
        return sum(entry.get("worker") == worker and bool(entry.get("file")) and entry.get("outcome") != "passed" for entry in entries)

    def _index_size(self) -> int:
        try:
            return _stat(_join(self.path, INDEX)).st_size
        except OSError:
            return 0

    def mark(self, entry: dict[str, Any]) -> None:
        """Note that a test is running; a folder that cannot be written to is told of when there is something to keep."""
        pid = _getpid()
        self._marker = _join(self.path, f"{MARKER[0]}{readable(self.worker(), 20)}-{pid}{MARKER[1]}")
        line = _dumps({**entry, "worker": self.worker(), "pid": pid}).encode("ascii")
        try:
            number = self._opened_marker()
        except OSError:
            return
        try:
            _write(number, line if len(line) < MARKER_BYTES else b"{}")
        except OSError:
            pass
        finally:
            _close(number)

    def _opened_marker(self) -> int:
        how = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        try:
            return _open(self._marker, how, 0o644)
        except FileNotFoundError:
            _makedirs(self.path, exist_ok=True)
            return _open(self._marker, how, 0o644)

    def unmark(self) -> None:
        """Note that the test is over."""
        if self._marker:
            _remove(self._marker)
            self._marker = ""

    def leave(self) -> None:
        """Remove the folder if there is nothing in it."""
        try:
            _rmdir(self.path)
        except OSError:
            pass

    def collect(self, is_dead: Callable[[dict[str, Any]], bool]) -> int:
        """Turn the markers of tests that died into lines of the index; returns how many.

        Args:
            is_dead: takes what a marker holds.
        """
        return sum(self._collect(_join(self.path, name), is_dead) for name in _markers(self.path))

    def _collect(self, marker: str, is_dead: Callable[[dict[str, Any]], bool]) -> bool:
        entry = _content(marker)
        if not is_dead(entry):
            return False
        message = "the test's process ended by itself, and left no trace"
        failure = {"phase": "call", "exception": "ProcessDied", "message": message, "text": message, **_NOWHERE}
        known = {name: entry.get(name) for name in ("nodeid", "attempt", "worker")}
        try:
            self.append({**known, "outcome": "died", "file": None, "failure": failure})
        except OSError:
            return False
        _remove(marker)
        return True


def is_gone(entry: dict[str, Any]) -> bool:
    """Whether the process that wrote a marker is no more; a number that another process has by now counts as alive."""
    pid = entry.get("pid")
    if type(pid) is not int or not 0 < pid < 1 << 31:
        return bool(entry)
    if os.name == "nt":
        return False  # there, signal 0 is Ctrl-C; the reader tells of the test
    try:
        _kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _markers(path: str) -> list[str]:
    try:
        return sorted(name for name in _listdir(path) if name.startswith(MARKER[0]) and name.endswith(MARKER[1]))
    except OSError:
        return []


def _content(marker: str) -> dict[str, Any]:
    entry = _parsed(_tail(marker, 0, MARKER_BYTES))
    return entry if type(entry.get("nodeid")) is str else {}


def _tail(path: str, start: int, most: int = TAIL_BYTES) -> bytes:
    """Read a file from a place on; nothing of a link, and no waiting for a pipe."""
    try:
        number = _open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return b""
    try:
        if start:
            _seek(number, start, os.SEEK_SET)
        return _read(number, most)
    except OSError:
        return b""
    finally:
        _close(number)


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        entry = _loads(line)
    except (ValueError, RecursionError):
        return {}
    return entry if type(entry) is dict else {}


def _remove(path: str) -> None:
    try:
        _unlink(path)
    except OSError:
        pass


def append(path: str, line: str) -> None:
    """Add one line to a file; with O_APPEND the workers of xdist do not cut each other's lines.

    Raises:
        OSError: it cannot be written; half a line is taken back.
    """
    number = _open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        content = line.encode("ascii")
        written = _write(number, content)
        if written < len(content):
            _truncate(number, max(0, _fstat(number).st_size - written))
            raise OSError(ENOSPC, os.strerror(ENOSPC))
    finally:
        _close(number)


def _slug(nodeid: str) -> str:
    from binascii import crc32

    return f"{readable(nodeid.rsplit('::', 1)[-1], 60)}-{crc32(nodeid.encode('utf-8', 'surrogatepass')):08x}"


def readable(name: str, most: int) -> str:
    """Return a text that is safe in the name of a file."""
    return "".join(char if char in _SAFE else "_" for char in name)[:most]
