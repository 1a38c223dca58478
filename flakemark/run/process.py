"""One worker process, seen from outside: start, ask, time out, stop."""

from __future__ import annotations

import atexit
import contextlib
import functools
import itertools
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import flakemark
from flakemark.errors import EnvironmentBroken
from flakemark.model import NodeId
from flakemark.run.channel import Channel, Closed
from flakemark.run.keeper import NOT_STARTED, children, kill
from flakemark.runs import Surroundings

PACKAGE = Path(flakemark.__file__).parent
KEEPER = PACKAGE / "run" / "keeper.py"
START_LIMIT = 300.0
STOP_LIMIT = 6.0  # the keeper kills for up to five seconds
LATE = 1.0  # how much longer than the worker we wait before we take it for stuck
# Loads our package from where it lies, without putting its folder on the tests' sys.path.
BOOT = """
import sys
if sys.version_info < (3, 10):
    sys.exit("error: Python %d.%d is too old, flakemark needs 3.10 or newer" % sys.version_info[:2])
import os, importlib.util as u
p = sys.argv.pop(1)
fd = int(sys.argv.pop(1))
os.dup2(fd, 230, inheritable=False); os.close(fd)
if not getattr(sys.flags, 'safe_path', False):
    sys.path[0] = os.getcwd()
s = u.spec_from_file_location('flakemark', os.path.join(p, '__init__.py'), submodule_search_locations=[p])
sys.modules['flakemark'] = m = u.module_from_spec(s); s.loader.exec_module(m)
sys.argv[0] = 'pytest'
try:
    import pytest
except ImportError as error:
    sys.exit("error: pytest cannot be imported: %s" % error)
from flakemark.run.worker import main
main()
"""
# What another pytest, or coverage's measurement of subprocesses, left for its own workers.
_NOT_INHERITED = (
    "PYTEST_CURRENT_TEST", "PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_XDIST_TESTRUNUID", "PYTEST_VERSION",
    "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG", "COV_CORE_SOURCE", "COV_CORE_CONFIG", "COV_CORE_DATAFILE",
)  # fmt: skip
# The variables by which Python and others find the folder for temporary files.
_TEMPORARY = ("TEMP", "TMP") if os.name == "nt" else ("TMPDIR",)


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
    """A running worker. Use as a context manager, or call `stop`.

    Args:
        project: what it collects, and how.
        hash_seed: its PYTHONHASHSEED.
        seed: of its global generators, before anything of the project is imported.
        probes: whether the project's code is instrumented.
        forces: what is forced from the start, as JSON.
        forks: whether it serves forks; one that does not runs a test as pytest would: when garbage is collected is left to chance.
        env: variables on top of ours.

    Raises:
        EnvironmentBroken: there is no such interpreter, or no such project any more.
    """

    def __init__(
        self, project: Project, *, hash_seed: int, seed: int, probes: bool, forces: list[dict[str, Any]], env: dict[str, str], forks: bool
    ) -> None:
        python = shutil.which(project.python)
        if python is None:
            raise EnvironmentBroken(f"{project.python}: no such interpreter")
        _look_for(project.root)
        self.project = project
        self.folder = Path(tempfile.mkdtemp(prefix="fm-"))
        self._pid = 0  # of the worker itself, once it is ready
        self._runs = itertools.count()
        self._stopping = threading.Lock()
        self._log = self.folder / "output"
        ours, theirs = socket.socketpair()
        self.process = self._launch(python, theirs, _environment(hash_seed, {**self._own_temporary(), **env}))
        theirs.close()
        self.channel = Channel(ours)
        args = [*project.pytest_args, *project.files]
        hello = {
            "op": "hello", "root": str(project.root), "args": args, "cache": str(self.folder / "cache"), "probes": probes, "seed": seed,
            "forces": forces, "forks": forks, "bytecode": _bytecode(),
        }  # fmt: skip
        with contextlib.suppress(Closed):  # it died at once: ready() will say why
            self.channel.send(hello)

    def _own_temporary(self) -> dict[str, str]:
        """Make a folder for temporary files: of two runs at once, neither must find what the other one has put there."""
        folder = self.folder / "tmp"
        folder.mkdir()
        return dict.fromkeys(_TEMPORARY, str(folder))

    def _launch(self, python: str, theirs: socket.socket, env: dict[str, str]) -> subprocess.Popen[bytes]:
        number = str(theirs.fileno())
        keeper = [sys.executable or python, "-I", "-S", str(KEEPER), number]
        with self._log.open("wb") as log:
            return subprocess.Popen(
                [*keeper, python, "-c", BOOT, str(PACKAGE), number], cwd=self.project.root, env=env, stdin=subprocess.PIPE, stdout=log,
                stderr=subprocess.STDOUT, pass_fds=[theirs.fileno()], start_new_session=True,
            )  # fmt: skip

    def ready(self, seconds: float = START_LIMIT) -> Surroundings:
        """Wait until the tests are collected.

        Raises:
            EnvironmentBroken: pytest ended before, or did not get there in time; with the line of its output that tells why.
        """
        try:
            message = self.channel.receive(seconds)
        except Closed:
            message = {"op": "ended", "code": self._exit_code(), "errors": []}
        if message is None:
            raise EnvironmentBroken(f"pytest did not collect the tests within {seconds:.0f} s")
        if message["op"] != "ready":
            _look_for(self.project.root)
            raise EnvironmentBroken(self._why(message))
        self._pid = int(message["pid"])
        return _surroundings(message)

    def _exit_code(self) -> int:
        try:
            return self.process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            return NOT_STARTED

    def _why(self, message: dict[str, Any]) -> str:
        if message["errors"]:
            return f"the tests could not be collected: {message['errors'][0]}"
        try:
            output = self._log.read_text(encoding="utf-8", errors="replace")[-100_000:]
        except OSError:  # stopped meanwhile by another thread
            return "interrupted"
        reason = telling_line(output).replace(f"{self.project.root}{os.sep}", "")
        return f"pytest ended before any test ran (exit code {message['code']}, {self.project.python}): {reason}"

    # a run

    def ask(self, request: dict[str, Any]) -> tuple[str, Path]:
        """Have one run executed; returns its status ("ok", "timeout", "exit ...", "signal ...") and its folder.

        Raises:
            Closed: the worker is gone, the run did not start.
        """
        folder = self.folder / f"r{next(self._runs)}"
        try:
            folder.mkdir()
        except OSError as error:  # stopped meanwhile by another thread
            raise Closed from error
        limit = float(request["timeout"])
        self.channel.send({**request, "dir": str(folder)})
        if request["fresh"]:
            return self._await_exit(limit), folder
        status = self._await_end(limit)
        self._end_left_behind()
        return status, folder

    def _await_end(self, limit: float) -> str:
        try:
            message = self.channel.receive(limit + LATE)
        except Closed:
            self._end()
            return "its worker was killed, too"
        if message is None:
            self._end()
            return "timeout"
        return str(message["status"])

    def _await_exit(self, limit: float) -> str:
        try:
            code = self.process.wait(limit)
        except subprocess.TimeoutExpired:
            self._end()
            return "timeout"
        return "ok" if code == 0 else f"exit code {code}" if 0 < code < 128 else f"signal {code - 128 if code > 0 else -code}"

    def _end_left_behind(self) -> None:
        """Kill what left the group of its run: it must not live into the next one."""
        deadline = time.monotonic() + LATE
        while time.monotonic() < deadline:
            left = [pid for pid in children(self.process.pid) if pid != self._pid]
            if not left:
                return
            for pid in left:
                kill(pid)
            time.sleep(0.001)

    # the end

    @property
    def usable(self) -> bool:
        """Whether another run can be asked for."""
        return self.process.poll() is None and not self.channel.closed

    def stop(self) -> None:
        """End the worker and everything that it started; once is enough, twice does not harm."""
        with self._stopping:
            self._end()
            if self.process.stdin is not None:
                self.process.stdin.close()
            self.channel.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()  # the keeper kills them all
            self._exit_code()
        if self.process.poll() is None:
            self.process.kill()
            if self._pid:
                kill(self._pid)
            self._exit_code()

    def __enter__(self) -> WorkerProcess:
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()


@functools.cache
def _bytecode() -> str:
    """Make the folder in which the workers of this process keep what was compiled for them: by pytest's rewriter, and with probes."""
    folder = tempfile.mkdtemp(prefix="fm-bytecode-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def telling_line(output: str) -> str:
    """Pick the line that says why pytest did not start."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    for pattern in (r"INTERNALERROR>\s*(\S.*)", r"(?:\S+: )?error: (.+)", r"E\s+(.+)", r"ERROR: (.+)"):
        found = [match[1] for line in lines if (match := re.fullmatch(pattern, line))]
        if found:
            return found[-1][:300]
    return lines[-1][:300] if lines else "it said nothing"


def _look_for(root: Path) -> None:
    if not root.is_dir():
        raise EnvironmentBroken(f"{root}: the project's folder is gone; a test that ran must have removed it")


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
