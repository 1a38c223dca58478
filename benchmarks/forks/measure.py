"""One way to run a test some more times, and what each time took."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.forks.project import FILE
from benchmarks.transparency.fetch import ROOT
from flakemark.model import NodeId
from flakemark.run.keeper import children
from flakemark.run.process import Project, WorkerProcess
from flakemark.run.results import execute
from flakemark.runs import RunRequest

LIMIT_S = 300.0
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds per run: of the processor, all processes that take part in it, and seconds that pass."""

    cpu: float
    wall: float


class Failed(Exception):
    """A run did not end as it should; the message says which."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A test, and where: the folder of the project, the interpreter of its environment."""

    tree: Path
    python: Path
    test: str

    @property
    def nodeid(self) -> str:
        """As pytest writes it."""
        return f"{FILE}::{self.test}"


Way = Callable[[Subject, int], Took]


def bare(subject: Subject, runs: int) -> Took:
    """Fork, call the test, wait, in a process that has imported and collected the same."""
    return _told(subject, runs, {}, "-p", "benchmarks.forks.bare", subject.nodeid)


def pytest_in_a_fork(subject: Subject, runs: int) -> Took:
    """Do the same, but let pytest run the test, with all that it does for one."""
    return _told(subject, runs, {"FM_PROTOCOL": "1"}, "-p", "benchmarks.forks.bare", subject.nodeid)


def flakefinder(subject: Subject, runs: int) -> Took:
    """Repeat it in one process, which isolates nothing; pytest's own work for each test included, its start not."""
    return _told(subject, runs, {}, "-p", "benchmarks.forks.watch", "--flake-finder", f"--flake-runs={runs}", subject.nodeid)


def fresh(subject: Subject, runs: int) -> Took:
    """Start pytest anew for each run."""
    started, before = time.perf_counter(), os.times()
    for _ in range(runs):
        _pytest(subject, _environment(), subject.nodeid)
    after = os.times()
    spent = (after.children_user + after.children_system) - (before.children_user + before.children_system)
    return Took(spent / runs, (time.perf_counter() - started) / runs)


def ours(*, trace: bool) -> Way:
    """Return the way of a diagnosis: one worker that collects once, then a fork per run, whose result is read."""

    def way(subject: Subject, runs: int) -> Took:
        project = Project(root=subject.tree, python=str(subject.python), files=(FILE,))
        with WorkerProcess(project, hash_seed=1, seed=1, probes=True, forces=[], env={}, forks=True) as worker:
            if not worker.ready(LIMIT_S).forkable:
                raise Failed("the worker cannot fork")
            (server,) = children(worker.process.pid)
            requests = [RunRequest(victim=NodeId(subject.nodeid), seed=number, trace=trace) for number in range(runs)]
            started, before = time.perf_counter(), time.process_time() + _cpu(server)
            results = [execute(request, worker, LIMIT_S, fresh=False) for request in requests]
            spent, passed = time.process_time() + _cpu(server) - before, time.perf_counter() - started
        if not all(result.passed for result in results):
            raise Failed(f"{subject.test} failed in a fork")
        return Took(spent / runs, passed / runs)

    return way


def _cpu(pid: int) -> float:
    """Return seconds of the processor of a process and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


def _told(subject: Subject, runs: int, variables: dict[str, str], *options: str) -> Took:
    """Run pytest with a plugin of ours that says what each run took."""
    out = subject.tree.parent / "took.json"
    out.unlink(missing_ok=True)
    variables = variables | {"PYTHONPATH": str(ROOT), "FM_OUT": str(out), "FM_RUNS": str(runs)}
    _pytest(subject, _environment() | variables, *options)
    if not out.exists():
        raise Failed(f"{' '.join(options)}: nothing was measured")
    took = json.loads(out.read_text(encoding="ascii"))
    if took.get("tests", runs) != runs:
        raise Failed(f"{' '.join(options)}: {took['tests']} runs instead of {runs}")
    return Took(took["cpu"], took["wall"])


def _pytest(subject: Subject, environment: dict[str, str], *options: str) -> None:
    command = [str(subject.python), "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    done = subprocess.run(command, cwd=subject.tree, env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    if done.returncode not in (0, 5):  # 5: our own loop counts no tests
        raise Failed(f"{' '.join(options)} ended with {done.returncode}: {done.stdout[-300:]}")


def _environment() -> dict[str, str]:
    leaks = ("PYTEST_", "PYTHON", "FLAKEMARK_")
    return {name: value for name, value in os.environ.items() if not name.startswith(leaks)}
