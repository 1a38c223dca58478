"""The Runner for real: fresh processes and fork servers, in parallel up to the cores."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from flakemark.errors import EnvironmentBroken, UsageError
from flakemark.model import NodeId
from flakemark.recipe import force_document
from flakemark.run.channel import Closed
from flakemark.run.process import Project, WorkerProcess
from flakemark.runs import Failure, Outcome, RunRequest, RunResult, Spent, StateChange, StateWrite, Surroundings
from flakemark.trace.format import read_trace

SERVER_SEED = 20_011


class Laboratory:
    """Runs tests of one project in real processes. Use as a context manager; implements `Runner`.

    Args:
        project: where and how.
        budget: seconds for everything; `seconds_left` counts down from it.
        lanes: how many runs at once.
        tick: called after every run with what was spent.
    """

    def __init__(self, project: Project, budget: float, *, lanes: int | None = None, tick: Callable[[Spent], None] | None = None) -> None:
        self.project = project
        self._deadline = time.monotonic() + budget
        self._lanes = lanes or min(4, os.cpu_count() or 1)
        self._pool = ThreadPoolExecutor(self._lanes)
        # One queue for servers that collected the victim's file, one for those that collected every file of the order.
        self._idle: dict[bool, SimpleQueue[WorkerProcess | None]] = {False: SimpleQueue(), True: SimpleQueue()}
        self._live: set[WorkerProcess] = set()
        self._surroundings: Surroundings | None = None
        self._spent = Spent()
        self._tick = tick
        for queue in self._idle.values():
            for _ in range(self._lanes):
                queue.put(None)

    def surroundings(self) -> Surroundings:
        """Start a fork server, if none ran yet, and say what it found."""
        if self._surroundings is None:
            self._idle[False].put(self._server(wide=False))
            self._idle[False].get()  # an empty place: the server took it
        if self._surroundings is None:
            raise EnvironmentBroken("no worker could be started")
        return self._surroundings

    def run(self, requests: Sequence[RunRequest], *, parallel: bool = True) -> list[RunResult]:
        """Execute the requests; results in the order of the requests."""
        if parallel and len(requests) > 1:
            return list(self._pool.map(self._one, requests))
        return [self._one(request) for request in requests]

    def spent(self) -> Spent:
        """Say what all runs so far have cost."""
        return self._spent

    def seconds_left(self) -> float:
        """Seconds until the budget is used up."""
        return self._deadline - time.monotonic()

    def close(self) -> None:
        """Stop every worker; leaves no process behind."""
        for worker in list(self._live):
            worker.stop()
        self._live.clear()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def __enter__(self) -> Laboratory:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    # one run

    def _one(self, request: RunRequest) -> RunResult:
        started = time.monotonic()
        result = self._fresh(request) if request.fresh or not self.surroundings().forkable else self._forked(request)
        self._count(result, time.monotonic() - started)
        return result

    def _count(self, result: RunResult, seconds: float) -> None:
        spent = self._spent
        self._spent = Spent(spent.runs + 1, spent.passed + result.passed, spent.failed + result.failed, spent.seconds + seconds)
        if self._tick is not None:
            self._tick(self._spent)

    def _fresh(self, request: RunRequest) -> RunResult:
        forces = [force_document(force) for force in request.forcings]
        worker = self._start(request.hash_seed, request.seed, request.probes, forces, dict(request.environment), wide=bool(request.before))
        try:
            surroundings = worker.ready()
            self._surroundings = self._surroundings or surroundings
            _require(request, surroundings)
            return _collect(request, worker, self._limit(), fresh=True)
        finally:
            self._stop(worker)

    def _forked(self, request: RunRequest) -> RunResult:
        wide = bool(request.before)
        queue = self._idle[wide]
        worker = queue.get()
        try:
            worker = worker or self._server(wide=wide)
            _require(request, self.surroundings())
            return _collect(request, worker, self._limit(), fresh=False)
        except Closed:
            return RunResult(request=request, outcome=Outcome.DIED, seconds=0.0)
        finally:
            if worker is not None and worker.process.poll() is not None:
                self._stop(worker)
                worker = None
            queue.put(worker)

    def _limit(self) -> float:
        return self.project.timeout

    def _server(self, *, wide: bool) -> WorkerProcess:
        worker = self._start(SERVER_SEED, SERVER_SEED, True, [], {}, wide=wide)
        surroundings = worker.ready()
        self._surroundings = self._surroundings or surroundings
        return worker

    def _start(self, hash_seed: int, seed: int, probes: bool, forces: list[dict[str, Any]], env: dict[str, str], *, wide: bool) -> WorkerProcess:
        project = replace(self.project, files=self.project.order_files) if wide else self.project
        worker = WorkerProcess(project, hash_seed=hash_seed, seed=seed, probes=probes, forces=forces, env=env)
        self._live.add(worker)
        return worker

    def _stop(self, worker: WorkerProcess) -> None:
        worker.stop()
        self._live.discard(worker)


def _require(request: RunRequest, surroundings: Surroundings) -> None:
    if request.victim in surroundings.items:
        return
    if surroundings.errors:
        raise EnvironmentBroken(f"the tests could not be collected: {surroundings.errors[0]}")
    raise EnvironmentBroken(f"{request.victim}: pytest collects no such test here (is a parameter's name random, or the test renamed?)")


def _collect(request: RunRequest, worker: WorkerProcess, limit: float, *, fresh: bool) -> RunResult:
    message = {
        "op": "run", "victim": request.victim, "before": list(request.before), "seed": request.seed, "fresh": fresh, "trace": request.trace,
        "forces": [force_document(force) for force in request.forcings], "timeout": limit,
        "state": {"compare": request.compare_state, "restore": list(request.restore), "follow": request.follow},
    }  # fmt: skip
    started = time.monotonic()
    status, folder = worker.ask(message)
    seconds = time.monotonic() - started
    try:
        return _result(request, status, folder, seconds)
    finally:
        for name in ("t", "trace", "result.json"):
            _remove(folder / name)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _result(request: RunRequest, status: str, folder: Path, seconds: float) -> RunResult:
    if status == "timeout":
        return RunResult(request=request, outcome=Outcome.TIMEOUT, seconds=seconds, failure=_ended("Timeout", f"killed after {seconds:.0f} s"))
    try:
        document = json.loads((folder / "result.json").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return RunResult(request=request, outcome=Outcome.DIED, seconds=seconds, failure=_ended("ProcessDied", f"the test process {status}"))
    failure = Failure(**document["failure"]) if document["failure"] else None
    return RunResult(
        request=request,
        outcome=Outcome(document["outcome"]),
        seconds=float(document["seconds"]),
        failure=failure,
        trace=_trace(folder) if request.trace else None,
        others_failed=tuple(NodeId(name) for name in document["others"]),
        state=tuple(StateChange(*change) for change in document["state"]),
        writes=tuple(StateWrite(*write) for write in document["writes"]),
    )


def _trace(folder: Path) -> Any:
    try:
        return read_trace(str(folder / "trace"))
    except UsageError:
        return None


def _ended(name: str, message: str) -> Failure:
    return Failure(phase="call", exception=name, message=message, crash="", where="")
