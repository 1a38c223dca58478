"""One worker process, seen from outside: start, ask, time out, stop."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import flakemark
from flakemark.errors import EnvironmentBroken
from flakemark.model import NodeId
from flakemark.run.channel import Channel, Closed
from flakemark.runs import Surroundings

PACKAGE = Path(flakemark.__file__).parent
START_LIMIT = 300.0
STOP_LIMIT = 2.0
# Loads our package from where it lies, without putting its folder on the tests' sys.path.
BOOT = """
import sys, os, importlib.util as u
p = sys.argv.pop(1)
fd = int(sys.argv.pop(1))
os.dup2(fd, 230); os.close(fd)
sys.path[0] = os.getcwd()
s = u.spec_from_file_location('flakemark', os.path.join(p, '__init__.py'), submodule_search_locations=[p])
sys.modules['flakemark'] = m = u.module_from_spec(s); s.loader.exec_module(m)
sys.argv[0] = 'pytest'
from flakemark.run.worker import main
main()
"""
_NOT_INHERITED = ("PYTEST_CURRENT_TEST", "PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_XDIST_TESTRUNUID", "PYTEST_VERSION")


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Where and how the user's tests are run.

    Attributes:
        root: absolute path of the project.
        python: interpreter of the user's environment.
        files: arguments for pytest: the files (or folders) to collect; empty for the whole suite.
        order_files: likewise, for runs in which other tests run before the victim.
        pytest_args: more arguments of the user.
        timeout: seconds per run.
    """

    root: Path
    python: str
    files: tuple[str, ...]
    order_files: tuple[str, ...] = ()
    pytest_args: tuple[str, ...] = ()
    timeout: float = 30.0


class WorkerProcess:
    """A running worker. Use as a context manager, or call `stop`."""

    def __init__(self, project: Project, *, hash_seed: int, seed: int, probes: bool, forces: list[dict[str, Any]], env: dict[str, str]) -> None:
        self.project = project
        self.folder = Path(tempfile.mkdtemp(prefix="fm-"))
        self.child: int | None = None
        self._log = self.folder / "output"
        ours, theirs = socket.socketpair()
        with self._log.open("wb") as log:
            command = [project.python, "-c", BOOT, str(PACKAGE), str(theirs.fileno())]
            self.process = subprocess.Popen(
                command, cwd=project.root, env=_environment(hash_seed, env), stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                pass_fds=[theirs.fileno()], start_new_session=True,
            )  # fmt: skip
        theirs.close()
        self.channel = Channel(ours)
        args = ["-o", f"cache_dir={self.folder / 'cache'}", *project.pytest_args, *project.files]
        self._greet({"root": str(project.root), "args": args, "probes": probes, "seed": seed, "forces": forces})

    def _greet(self, hello: dict[str, Any]) -> None:
        with contextlib.suppress(Closed):  # it died at once: ready() will say why
            self.channel.send(hello)

    def ready(self, seconds: float = START_LIMIT) -> Surroundings:
        """Wait until the tests are collected.

        Raises:
            EnvironmentBroken: pytest ended before, or did not get there in time; with the last lines of its output.
        """
        try:
            message = self.channel.receive(seconds)
        except Closed:
            message = {"op": "ended", "code": self.process.wait(), "errors": []}
        if message is None:
            raise EnvironmentBroken(f"pytest did not collect the tests within {seconds:.0f} s")
        if message["op"] != "ready":
            raise EnvironmentBroken(self._why(message))
        return _surroundings(message)

    def _why(self, message: dict[str, Any]) -> str:
        if message["errors"]:
            return f"the tests could not be collected: {message['errors'][0]}"
        with self._log.open(errors="replace") as log:
            lines = [line.strip() for line in log.read()[-20_000:].splitlines() if line.strip()]
        return f"pytest ended before any test ran (exit code {message['code']}): {' | '.join(lines[-3:])}"

    def ask(self, request: dict[str, Any]) -> tuple[str, Path]:
        """Have one run executed; returns its status ("ok", "timeout", "died ...") and its folder."""
        number = sum(1 for _ in self.folder.glob("r*"))
        folder = self.folder / f"r{number}"
        folder.mkdir()
        limit = float(request["timeout"])
        self.channel.send({**request, "dir": str(folder)})
        status = self._await_end(limit) if not request["fresh"] else self._await_exit(limit)
        return status, folder

    def _await_end(self, limit: float) -> str:
        deadline = time.monotonic() + limit + STOP_LIMIT
        while True:
            try:
                message = self.channel.receive(max(0.0, deadline - time.monotonic()))
            except Closed:
                return "died with its worker"
            if message is None:
                self.stop()
                return "timeout"
            if message["op"] == "started":
                self.child = message["pid"]
            else:
                self.child = None
                return str(message["status"])

    def _await_exit(self, limit: float) -> str:
        try:
            code = self.process.wait(limit)
        except subprocess.TimeoutExpired:
            self.stop()
            return "timeout"
        return "ok" if code == 0 else f"died exit {code}" if code > 0 else f"died signal {-code}"

    def stop(self) -> None:
        """End the worker and everything that it started."""
        self.channel.close()  # the worker kills its child and exits
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(0.0 if self.process.poll() is not None else 0.5)
        for group in (self.child, self.process.pid):
            if group is not None:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(group, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_LIMIT)
        self.child = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> WorkerProcess:
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()


def _environment(hash_seed: int, more: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    return kept | more | {"PYTHONHASHSEED": str(hash_seed)}


def _surroundings(message: dict[str, Any]) -> Surroundings:
    return Surroundings(
        python=str(message["python"]),
        items=tuple(NodeId(name) for name in message["items"]),
        forkable=bool(message["forkable"]),
        reason=str(message["reason"]),
        reseeds=bool(message["reseeds"]),
        untouched=tuple(message["untouched"]),
        errors=tuple(message["errors"]),
    )
