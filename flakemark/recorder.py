"""The flight recorder: `pytest --flakemark-record=DIR` keeps the trace of every test that fails, and drops the others.

Lives inside the user's pytest process: no `random`, `logging`, `tempfile`, `subprocess`; own references to what
tests may patch.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from typing import Any

import pytest

from flakemark.run.watch import Watch
from flakemark.trace.hook import install_hook
from flakemark.trace.recording import RECORDER

INDEX = "index.jsonl"
_open, _write, _close, _makedirs, _text_open = os.open, os.write, os.close, os.makedirs, open
_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


class FlightRecorder:
    """The plugin object that is registered when recording was asked for.

    Args:
        config: pytest's.
        folder: where traces and the index go.
    """

    def __init__(self, config: Any, folder: str) -> None:
        self.config = config
        self.folder = os.path.abspath(folder)
        self.finder = install_hook(str(config.rootpath))
        self.watch = Watch(self.finder.relative, self.finder.owns)
        self.attempts: dict[str, int] = {}
        self.kept = 0
        self.problem = ""

    @property
    def worker(self) -> str:
        """The name of xdist's worker, "main" without xdist; it is not known yet when the recorder is made."""
        return str(getattr(self.config, "workerinput", {}).get("workerid", "main"))

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: Any) -> Generator[None, Any, None]:
        """A test, or a further attempt of it, begins: start from an empty buffer."""
        self.attempts[item.nodeid] = self.attempts.get(item.nodeid, 0) + 1
        self.watch.begin(item)
        self.watch.last = True
        RECORDER.start([])
        yield

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item: Any, call: Any) -> Generator[None, Any, None]:
        """Keep the trace when the test has failed and its teardown is over."""
        yield from self.watch.pytest_runtest_makereport(item, call)
        if call.when == "teardown" and self.watch.failure is not None:
            self._keep(item.nodeid)

    def _keep(self, nodeid: str) -> None:
        attempt, worker = self.attempts[nodeid], self.worker
        name = f"{_slug(nodeid)}-{_readable(worker)}-{attempt}.trace"
        entry = {"nodeid": self._node_id(nodeid), "attempt": attempt, "worker": worker, "outcome": "failed", "file": name}
        try:
            _makedirs(self.folder, exist_ok=True)
            RECORDER.write(os.path.join(self.folder, name))
            _append(os.path.join(self.folder, INDEX), json.dumps({**entry, "failure": self.watch.failure}) + "\n")
            self.kept += 1
        except OSError as error:
            self.problem = f"{self.folder}: the trace of {nodeid} could not be kept ({error.strerror})"

    def _node_id(self, nodeid: str) -> str:
        path, _, rest = nodeid.partition("::")
        return f"{self.finder.relative(str(self.config.rootpath / path))}::{rest}"

    def pytest_sessionfinish(self) -> None:
        """Tell xdist's controller, which is the one that talks to people."""
        if hasattr(self.config, "workeroutput"):
            self.config.workeroutput["flakemark"] = [self.kept, self.problem]

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Count what a worker of xdist has kept; one that crashed cannot say."""
        kept, problem = getattr(node, "workeroutput", {}).get("flakemark", (0, ""))
        self.kept += kept
        self.problem = self.problem or problem

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say what was kept, and what could not be."""
        if self.problem:
            terminalreporter.write_line(f"flakemark: {self.problem}")
        if self.kept:
            kept = "1 trace of a failed test is" if self.kept == 1 else f"{self.kept} traces of failed tests are"
            terminalreporter.write_line(f"flakemark: {kept} in {self.folder}")


def _append(path: str, line: str) -> None:
    """Add one line; with O_APPEND the workers of xdist do not cut each other's lines."""
    number = _open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        _write(number, line.encode("ascii"))
    finally:
        _close(number)


def _slug(nodeid: str) -> str:
    from binascii import crc32

    return f"{_readable(nodeid.rsplit('::', 1)[-1])}-{crc32(nodeid.encode('utf-8', 'surrogatepass')):08x}"


def _readable(name: str) -> str:
    return "".join(char if char in _SAFE else "_" for char in name)[:60]
