"""The plugin object of the flight recorder.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from typing import Any, NamedTuple

import pytest

from flakemark.recorder.endings import Endings
from flakemark.recorder.fixtures import SharedFixtures
from flakemark.recorder.folder import INDEX, Folder, is_gone
from flakemark.recorder.learning import keep_for_later
from flakemark.run.watch import Watch
from flakemark.trace.bounded import shorten
from flakemark.trace.format import Content
from flakemark.trace.hook import install_hook
from flakemark.trace.hot import MOST
from flakemark.trace.names import Names
from flakemark.trace.recording import RECORDER
from flakemark.trace.redaction import Redaction, may_name_secrets

LIMIT = 512  # KiB
LEAVES_OUT = 256  # KiB: there has to be room for the names of the sites that are left out
_getpid, _abspath = os.getpid, os.path.abspath


class _Kept(NamedTuple):
    """What this process, and in the controller of xdist the workers, have to tell."""

    traces: int = 0
    examples: int = 0
    died: int = 0
    lost: int = 0
    problem: str = ""

    def plus(self, other: _Kept) -> _Kept:
        """Add up; of two problems the first one is told."""
        traces, examples, died, lost = (ours + theirs for ours, theirs in zip(self[:4], other[:4], strict=True))
        return _Kept(traces, examples, died, lost, self.problem or other.problem)


class FlightRecorder:
    """The plugin object that is registered when recording was asked for.

    Args:
        config: pytest's.
        folder: where traces and the index go.
        limit: KiB that a trace may have.
        passing: whether one example of passing is kept of each test, too.
        learned: the folder that earlier sessions have left; "" without one.
        flow: whether only branches, iterations and known sources are recorded.
    """

    def __init__(
        self, config: Any, folder: str, limit: int = LIMIT, *, passing: bool = False, learned: str = "", flow: bool = False
    ) -> None:
        self.config, self.limit, self.passing = config, limit * 1024, passing
        RECORDER.light = True
        RECORDER.leaves_out = MOST if limit >= LEAVES_OUT else 0
        self.finder = install_hook(str(config.rootpath), learned, learned if limit >= LEAVES_OUT else "", flow=flow)
        self.watch = Watch(self.finder.relative, self.finder.owns)
        self.folder = Folder(_abspath(folder), self._worker)
        self.endings = Endings(self._ended)
        self.names = Names(self.finder.root, may_name_secrets)
        self.fixtures = SharedFixtures()
        self.pid = _getpid()
        self.attempts: dict[str, int] = {}
        self.running = self.named = ""  # as pytest names it, and with its file relative to the project
        self.kept = _Kept()
        self.counted: set[str] = set()
        self._files: dict[str, str] = {}

    def _worker(self) -> str:
        """The name of xdist's worker, "main" without xdist; it is not known yet when the recorder is made."""
        return str(getattr(self.config, "workerinput", {}).get("workerid", "main"))

    def _is_ours(self) -> bool:
        """Whether this is the process that records, and not one that a test has forked."""
        return _getpid() == self.pid

    @property
    def _run(self) -> str:
        return str(getattr(self.config, "workerinput", {}).get("testrunuid", ""))

    def pytest_sessionstart(self) -> None:
        """Take note of tests that died in a former session; the workers of xdist leave that to their controller."""
        if not hasattr(self.config, "workerinput"):
            self.folder.collect(is_gone)

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self) -> Generator[None, Any, None]:
        """Be there when the process or the session ends in the middle of a test."""
        self.endings.arm()
        result = yield
        if not self._is_ours():
            return
        if result.excinfo is not None and self.running:
            self.watch.give_up(result.excinfo[1])
            self._keep("interrupted", dict(self.watch.failure or {}))
        self._over()

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: Any) -> Generator[None, Any, None]:
        """A test, or a further attempt of it, begins: start from an empty buffer."""
        if self._is_ours():
            self.running = item.nodeid
            self.attempts[item.nodeid] = self.attempts.get(item.nodeid, 0) + 1
            self.watch.begin(item)
            self.watch.last = True
            self.named = self._node_id(item.nodeid)
            self.folder.mark({"nodeid": self.named, "attempt": self.attempts[item.nodeid], "run": self._run})
            RECORDER.start([])
            self.fixtures.test_begins()
        yield

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item: Any, call: Any) -> Generator[None, Any, None]:
        """Keep the trace when the test has failed and its teardown is over."""
        yield from self.watch.pytest_runtest_makereport(item, call)
        if call.when == "teardown" and self._is_ours():
            if self.watch.failure is not None:
                self._keep("failed", self.watch.failure)
            elif self.passing and self.watch.outcome == "passed":
                self._keep_example()
            self._over()

    def _over(self) -> None:
        self.running = ""
        self.folder.unmark()

    def _ended(self, outcome: str, message: str) -> None:
        """The process is about to end; whatever happens here, it must."""
        if self.running:
            exception = "Timeout" if outcome == "terminated" else "ProcessDied"  # as the laboratory calls what it sees
            places = {"crash": "", "where": "", "test_line": ""}
            self._keep(outcome, {"phase": "call", "exception": exception, "message": message, "text": message, **places})
            self._over()

    def _keep(self, outcome: str, failure: dict[str, str]) -> None:
        name = self.folder.attempt_name(self.running, self.attempts[self.running])
        entry = self._entry(outcome, name)

        def keep() -> None:
            redaction = self._write(name)
            self.folder.append({**entry, "failure": {field: redaction.text(text) for field, text in failure.items()}})
            self.kept = self.kept.plus(_Kept(traces=1))

        self._held(keep)

    def _keep_example(self) -> None:
        """Keep the newest trace of a test that has passed, in place of the one before."""
        name = self.folder.trace_name(self.running, "passing")
        entry = self._entry("passed", name)

        def keep() -> None:
            is_new = not self.folder.has(name)
            self._write(name)
            if is_new:
                self.folder.append(entry)
            self.kept = self.kept.plus(_Kept(examples=1))

        self._held(keep)

    def _entry(self, outcome: str, file: str) -> dict[str, Any]:
        return {"nodeid": self.named, "attempt": self.attempts[self.running], "worker": self._worker(), "outcome": outcome, "file": file}

    def _held(self, keep: Callable[[], None]) -> None:
        """Keep something; the test must not notice if that fails."""
        try:
            self.endings.held(keep)
        except Exception as error:  # noqa: BLE001 - a full disk, no memory, a bug of ours: none is the test's
            reason = getattr(error, "strerror", None) or type(error).__name__
            problem = f"{self.folder.path}: the trace of {self.running} could not be kept ({reason})"
            self.kept = self.kept.plus(_Kept(lost=1, problem=problem))

    def _write(self, name: str) -> Redaction:
        redaction = Redaction(self.names)

        def prepare(content: Content) -> Content:
            return shorten(redaction.apply(self.fixtures.before(self.watch.victim, content)), self.limit)

        RECORDER.write(self.folder.made(name), prepare=prepare)
        return redaction

    def _node_id(self, nodeid: str) -> str:
        path, _, rest = nodeid.partition("::")
        if path not in self._files:
            self._files[path] = self.finder.relative(str(self.config.rootpath / path))
        return f"{self._files[path]}::{rest}"

    def pytest_sessionfinish(self) -> None:
        """Tell xdist's controller, which is the one that talks to people; keep for the next session what this one has learned."""
        if self._is_ours():
            keep_for_later(self.config, self.finder)
            RECORDER.start([])  # collections of garbage at the end of the session need not walk through the last test's
        if hasattr(self.config, "workeroutput"):
            self.config.workeroutput["flakemark"] = list(self.kept)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Count what a worker of xdist has kept; one that crashed cannot say, but it left lines in the index, and a marker."""
        name, run = node.gateway.id, node.workerinput.get("testrunuid", "")
        if name in self.counted:
            return  # xdist tells of a worker that was interrupted twice
        self.counted.add(name)
        told = getattr(node, "workeroutput", {}).get("flakemark")
        self.kept = self.kept.plus(_Kept(self.folder.traces_of(name)) if told is None else _Kept(*told))
        died = self.folder.collect(lambda entry: (entry.get("worker"), entry.get("run")) == (name, run))
        self.kept = self.kept.plus(_Kept(died=died))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say what was kept, and what could not be."""
        for line in self._lines():
            terminalreporter.write_line(f"flakemark: {line}")

    def _lines(self) -> Iterator[str]:
        kept = self.kept
        if kept.problem:
            yield kept.problem + (f", and {kept.lost - 1} more" if kept.lost > 1 else "")
        if kept.died:
            yield f"{_plural(kept.died, 'test')} died with the process and left no trace, see {INDEX} in {self.folder.path}"
        if kept.traces:
            what = "trace of a failed test is" if kept.traces == 1 else "traces of failed tests are"
            yield f"{kept.traces} {what} in {self.folder.path}"
        if kept.examples:
            yield f"{_plural(kept.examples, 'passed test')} left a trace in {self.folder.path}"

    def pytest_unconfigure(self) -> None:
        """Leave nothing behind but what was kept."""
        if self._is_ours():
            self.endings.disarm()
            self.folder.leave()


def _plural(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
