"""Inside the worker process: collects once, then forks a child for every request.

Started by `flakemark.run.process` as `python -c BOOT`. Everything here shares the process with other
people's tests: own references to what they may patch, no `random`, `logging`, `tempfile`, `subprocess`.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Generator
from itertools import pairwise
from select import select
from time import monotonic, sleep
from typing import Any

import pytest

from flakemark.run.bytecode import keep_rewritten
from flakemark.run.captured import own_captures
from flakemark.run.channel import Channel, Closed
from flakemark.run.coroutines import PlainCoroutines
from flakemark.run.examples import Storage, own_examples
from flakemark.run.garbage import GARBAGE, Garbage
from flakemark.run.neutral import Neutral
from flakemark.run.seeds import Generators, Reseeds, unseeded_by_numpy
from flakemark.run.shared import FixtureWatch
from flakemark.run.warm import warm_up
from flakemark.run.watch import Watch
from flakemark.run.writes import FILE, FileWatch
from flakemark.trace.busy import keep_busy
from flakemark.trace.hook import ProjectFinder, install_hook
from flakemark.trace.pauses import Pauses
from flakemark.trace.recording import RECORDER
from flakemark.trace.state.inspection import Inspection

_fork, _kill_group, _waitpid, _exit, _dup2, _close, _open = os.fork, os.killpg, os.waitpid, os._exit, os.dup2, os.close, os.open
_getpid, _setsid, _devnull, _select, _monotonic, _sleep = os.getpid, os.setsid, os.devnull, select, monotonic, sleep
_write_open, _replace, _dumps = open, os.replace, json.dumps
CHANNEL_FD = 230  # far above what tests open and close by number


class Worker:
    """The pytest plugin that replaces the run loop by a server."""

    def __init__(self, channel: Channel, hello: dict[str, Any]) -> None:
        self.channel, self.hello = channel, hello
        self.root: str = os.path.realpath(hello["root"])
        self.finder = ProjectFinder(self.root)
        self.watch = Watch(self.finder.relative, self.finder.owns)
        self.collection_errors: list[str] = []
        self.items: dict[str, Any] = {}
        self.file_watch: FileWatch | None = None
        self.garbage: Garbage | None = None
        self.hook: ProjectFinder | None = None
        self.generators = Generators()
        self.storage = Storage(hello["cache"])

    @pytest.hookimpl(hookwrapper=True)
    def pytest_load_initial_conftests(self) -> Generator[None, Any, None]:
        """Put the import hook in front of pytest's, which is there by now, and before any conftest.py is imported."""
        if self.hello["probes"]:
            self.hook = install_hook(self.root, self.hello["bytecode"])
            RECORDER.start(self.hello["forces"])
        # Nothing of the project has been imported yet. Numpy is seeded by its own entropy when it is.
        sys.modules["random"].seed(self.hello["seed"])
        yield

    @pytest.hookimpl(tryfirst=True)
    def pytest_collectreport(self, report: Any) -> None:
        """Keep what could not be collected, to say so."""
        if report.failed:
            self.collection_errors.append(f"{report.nodeid}: {_last_line(str(report.longrepr))}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: Any) -> bool:
        """Serve until the parent closes the channel."""
        session.config.pluginmanager.register(self.watch, "flakemark-watch")
        session.config.pluginmanager.register(PlainCoroutines(), "flakemark-coroutines")
        for item in session.items:
            self.items.setdefault(self._node_id(item), item)
        try:
            self._serve(session)
        except Closed:
            _exit(0)  # no end of the session: plugins would write their reports, over those of the user
        return True

    def _node_id(self, item: Any) -> str:
        path, _, rest = item.nodeid.partition("::")
        return f"{self.finder.relative(str(item.path))}::{rest}" if rest else path

    def _serve(self, session: Any) -> None:
        forkable, reason = _can_fork()
        if self.hook is not None:
            self.hook.shelf.flush()  # for the workers that come after this one
        self.storage.end()
        reseeds = Reseeds(self.hello["seed"], [*self.generators.end(), *unseeded_by_numpy(self.finder.owns)])
        if self.hello["forks"] and forkable:
            warm_up()
            RECORDER.start([])  # drops what importing has left, once; each child would have to look through all of it
            gc.collect()
            gc.freeze()
        self.channel.send({
            "op": "ready", "pid": os.getpid(), "python": sys.version.split()[0], "items": list(self.items),
            "errors": self.collection_errors, "forkable": forkable, "reason": reason,
            "reseeds": reseeds.random, "untouched": sorted(self._untouched()),
        })  # fmt: skip
        while True:
            request = self.channel.receive()
            if request is None:
                continue
            if request["fresh"]:
                self.channel.close()  # what the test writes there must find no reader, and never block it
                self._execute(session, request, None)
            self._fork_and_wait(session, request, reseeds)

    def _untouched(self) -> list[str]:
        finders = [finder for finder in sys.meta_path if isinstance(finder, ProjectFinder)]
        return [file for finder in finders for file in finder.untouched]

    # one run

    def _fork_and_wait(self, session: Any, request: dict[str, Any], reseeds: Reseeds) -> None:
        pid = _fork()
        if pid == 0:
            try:
                _setsid()
                self._become_child(session, request["dir"])
                self._execute(session, request, reseeds)
            finally:
                _exit(70)  # never back into the server's loop
        status = _wait(pid, float(request["timeout"]), self.channel)
        self.channel.send({"op": "done", "status": status})

    def _become_child(self, session: Any, folder: str) -> None:
        self.channel.close()
        null = _open(_devnull, os.O_RDWR)
        for number in (0, 1, 2):
            _dup2(null, number)
        own_captures(session.config, folder)

    def _execute(self, session: Any, request: dict[str, Any], reseeds: Reseeds | None) -> None:
        victim = self.items[request["victim"]]
        items = [self.items[name] for name in request["before"] if name in self.items] + [victim]
        _own_temporary_folder(session.config, request["dir"])
        if hasattr(session.config.option, "randomly_seed"):  # pytest-randomly's fixtures for Faker and the like draw from it
            session.config.option.randomly_seed = request["seed"]
        if reseeds is not None:
            reseeds.apply(request["seed"])
        own_examples(request["seed"], request["forces"], request["dir"])
        if not request["fresh"]:
            RECORDER.start(request["forces"])
        RECORDER.test_begins()
        Pauses(request["forces"]).install(session.config.pluginmanager)
        keep_busy(request["forces"], float(request["timeout"]))
        self.watch.begin(victim)
        started, own = _monotonic(), _getpid()
        try:
            inspection = self._protocol(session, items, request)
        except BaseException as error:  # noqa: BLE001  # pytest.exit, an interrupt, a broken plugin: the run ended with it
            self.watch.give_up(error)
            inspection = None
        RECORDER.leave()
        if _getpid() == own:  # a test that forked came back twice: one report, and not two at once into the same files
            self._report(request, _monotonic() - started, inspection)
        _exit(0)

    def _followed(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """A file and garbage are followed by watches of their own, any other piece of state by the inspection."""
        if wanted["follow"].startswith(FILE):
            self.file_watch = FileWatch(wanted["follow"].removeprefix(FILE), self.finder.owns)
        own = wanted["follow"].startswith(FILE) or wanted["follow"] == GARBAGE
        return {**wanted, "restore": [path for path in wanted["restore"] if path != GARBAGE], "follow": "" if own else wanted["follow"]}

    def _protocol(self, session: Any, items: list[Any], request: dict[str, Any]) -> Inspection:
        self.watch.last = False
        wanted = self._followed(request["state"])
        self.garbage = Garbage(request["forces"], request["state"], items, self.finder.owns)
        live = _live_fixtures(session) if any(wanted.values()) else {}
        with Inspection(wanted, self.finder.owns, live) as inspection, self.garbage:
            if len(items) > 1:  # to register a plugin is a tenth of what a fork costs
                self._run_before(session, items, inspection)
        self.watch.last = True
        items[-1].config.hook.pytest_runtest_protocol(item=items[-1], nextitem=None)
        return inspection

    def _run_before(self, session: Any, items: list[Any], inspection: Inspection) -> None:
        shared = FixtureWatch(inspection.fixture)
        session.config.pluginmanager.register(shared, "flakemark-shared")
        for item, following in pairwise(items):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        session.config.pluginmanager.unregister(shared)

    def _report(self, request: dict[str, Any], seconds: float, inspection: Inspection | None) -> None:
        watch = self.watch
        result = {
            "outcome": watch.outcome, "failure": watch.failure, "others": watch.others, "seconds": seconds,
            "state": inspection.changes if inspection is not None else [],
            "writes": [(self.finder.relative(file), *rest) for file, *rest in self._writes(inspection)],
        }  # fmt: skip
        partial = request["dir"] + "/result.partial"
        with _write_open(partial, "wb") as file:
            file.write(_dumps(result).encode("ascii"))
        # The outcome first: a trace that cannot be written, or not in time, must not turn a pass into a death.
        _replace(partial, request["dir"] + "/result.json")
        if request["trace"]:
            RECORDER.write(request["dir"] + "/trace")

    def _writes(self, inspection: Inspection | None) -> list[tuple[str, int, str, str]]:
        if self.file_watch is not None:
            return self.file_watch.writes
        own = self.garbage.writes if self.garbage is not None else []
        return own or (inspection.writes if inspection is not None else [])


def _live_fixtures(session: Any) -> dict[str, Any]:
    """Return the values of fixtures that are set up now, by name."""
    manager = getattr(session, "_fixturemanager", None)
    found = {}
    for name, definitions in getattr(manager, "_arg2fixturedefs", {}).items():
        for definition in definitions:
            cached = getattr(definition, "cached_result", None)
            if cached is not None and cached[2] is None:
                found[name] = cached[0]
    return found


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip()[:300] if lines else ""


def _can_fork() -> tuple[bool, str]:
    if not hasattr(os, "fork"):
        return False, "this platform cannot fork"
    others = threading.active_count() - 1
    return (False, f"{others} threads are alive after collection") if others else (True, "")


def _own_temporary_folder(config: Any, folder: str) -> None:
    """Give every run its own base for tmp_path; the parent removes it."""
    factory = getattr(config, "_tmp_path_factory", None)
    if factory is not None and hasattr(factory, "_basetemp"):
        from pathlib import Path

        base = Path(folder) / "t"
        base.mkdir(exist_ok=True)
        factory._basetemp = base


def _wait(pid: int, seconds: float, channel: Channel) -> str:
    """Wait for a child, kill its group when the time is up or the parent is gone."""
    deadline = _monotonic() + seconds
    pidfd = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
    status = "timeout"
    while _monotonic() < deadline:
        ready = _pause(pidfd, channel, deadline - _monotonic())
        if ready == "parent":
            status = "cancelled"
            break
        done, code = _waitpid(pid, os.WNOHANG)
        if done:
            status = "ok" if code == 0 else _death(code)
            break
    _end_group(pid, reap=status in ("timeout", "cancelled"))
    if pidfd is not None:
        _close(pidfd)
    if status == "cancelled":
        _exit(0)
    return status


def _pause(pidfd: int | None, channel: Channel, seconds: float) -> str:
    """Wait until the child ended or the parent spoke (it only ever hangs up while a child runs)."""
    if pidfd is None:
        _sleep(0.002)
        return ""
    both: list[Any] = [pidfd, channel.end]
    ready = _select(both, [], [], max(0.0, seconds))[0]
    return "parent" if channel.end in ready else ""


def _death(code: int) -> str:
    return f"signal {os.WTERMSIG(code)}" if os.WIFSIGNALED(code) else f"exit code {os.WEXITSTATUS(code)}"


def _end_group(pid: int, *, reap: bool) -> None:
    try:
        _kill_group(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    if reap:
        _waitpid(pid, 0)


def main() -> None:
    """Read the greeting, run pytest with the worker plugin, say why if it ends before serving."""
    end = socket.socket(fileno=CHANNEL_FD)
    channel = Channel(end)
    hello = channel.receive()
    if hello is None:
        return
    # Loads the codec in which traces are written: 3.13 cannot in a directory that a test has removed.
    _write_open(_devnull, "w", encoding="ascii").close()
    worker = Worker(channel, hello)
    keep_rewritten(hello["bytecode"])
    worker.storage.begin()
    worker.generators.begin()  # those of plugins too, whose fixtures tests draw from
    plugins: list[Any] = [Neutral(hello["cache"]), worker]
    code = pytest.main(hello["args"], plugins=plugins)
    try:
        channel.send({"op": "ended", "code": int(code), "errors": worker.collection_errors})
    except Closed:
        pass
    sys.stdout.flush()
    _exit(int(code))
