"""The Runner for real: fresh processes and fork servers, in parallel up to the cores."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from flakemark.errors import EnvironmentBroken
from flakemark.recipe import force_document
from flakemark.run.channel import Closed
from flakemark.run.process import START_LIMIT, Project, WorkerProcess
from flakemark.run.results import execute
from flakemark.runs import BudgetSpent, RunRequest, RunResult, Spent, Surroundings

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
        self._workers = _Workers()
        self._pool = ThreadPoolExecutor(lanes or min(4, _cores()))
        self._surroundings: Surroundings | None = None
        self._first, self._counting = threading.Lock(), threading.Lock()
        self._spent = Spent()
        self._tick = tick

    def surroundings(self) -> Surroundings:
        """Start a fork server, if none ran yet, and say what it found."""
        with self._first:  # or else several lanes would each start the first server
            if self._surroundings is None:
                self._workers.give_back(self._server(wide=False), wide=False)
        if self._surroundings is None:
            raise EnvironmentBroken("no worker could be started")
        return self._surroundings

    def run(self, requests: Sequence[RunRequest], *, parallel: bool = True) -> list[RunResult]:
        """Execute the requests; results in the order of the requests; raises BudgetSpent."""
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
        self._workers.close()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> Laboratory:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    # one run

    def _one(self, request: RunRequest) -> RunResult:
        if self.seconds_left() < 0:
            raise BudgetSpent
        started = time.monotonic()
        result = self._fresh(request) if request.fresh or not self.surroundings().forkable else self._forked(request)
        self._count(result, time.monotonic() - started)
        return result

    def _count(self, result: RunResult, seconds: float) -> None:
        with self._counting:
            spent = self._spent
            self._spent = Spent(spent.runs + 1, spent.passed + result.passed, spent.failed + result.failed, spent.seconds + seconds)
            if self._tick is not None:
                self._tick(self._spent)

    def _fresh(self, request: RunRequest) -> RunResult:
        forces = [force_document(force) for force in request.forcings]
        worker = self._start(request.hash_seed, request.seed, request.probes, forces, dict(request.environment), wide=bool(request.before))
        try:
            _require(request, self._ready(worker))
            return execute(request, worker, self.project.timeout, fresh=True)
        except Closed:
            raise EnvironmentBroken("the worker ended before the test could start") from None
        finally:
            self._workers.stop(worker)

    def _forked(self, request: RunRequest) -> RunResult:
        wide = bool(request.before)
        for _ in range(2):
            worker = self._workers.take(wide=wide) or self._server(wide=wide)
            try:
                _require(request, self.surroundings())
                return execute(request, worker, self.project.timeout, fresh=False)
            except Closed:  # it died after its last run: another one takes the request
                self._workers.stop(worker)
            finally:
                self._workers.give_back(worker, wide=wide)
        raise EnvironmentBroken("two workers in a row ended before the test could start")

    def _server(self, *, wide: bool) -> WorkerProcess:
        worker = self._start(SERVER_SEED, SERVER_SEED, True, [], {}, wide=wide)
        try:
            found = self._ready(worker)
            if not wide:
                self._surroundings = found  # a plain worker cannot say which files were loaded without probes
        except BaseException:
            self._workers.stop(worker)
            raise
        return worker

    def _ready(self, worker: WorkerProcess) -> Surroundings:
        # An import that hangs must not cost more than the budget and one run.
        found = worker.ready(min(START_LIMIT, max(self.seconds_left(), 0.0) + self.project.timeout))
        self._surroundings = self._surroundings or found
        return found

    def _start(
        self, hash_seed: int, seed: int, probes: bool, forces: list[dict[str, Any]], env: dict[str, str], *, wide: bool
    ) -> WorkerProcess:
        project = replace(self.project, files=self.project.order_files) if wide else self.project
        return self._workers.start(lambda: WorkerProcess(project, hash_seed=hash_seed, seed=seed, probes=probes, forces=forces, env=env))


class _Workers:
    """The workers that run, and among them the fork servers that have nothing to do."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._live: set[WorkerProcess] = set()
        # One list for servers that collected the victim's file, one for those that collected every file of the order.
        self._idle: dict[bool, list[WorkerProcess]] = {False: [], True: []}
        self._closed = False

    def start(self, make: Callable[[], WorkerProcess]) -> WorkerProcess:
        """Start one; under the lock, so that none slips in while the others are being stopped."""
        with self._lock:
            if self._closed:
                raise EnvironmentBroken("interrupted")
            worker = make()
            self._live.add(worker)
            return worker

    def take(self, *, wide: bool) -> WorkerProcess | None:
        """Hand out an idle server, the last one used first: its pages are warm."""
        with self._lock:
            return self._idle[wide].pop() if self._idle[wide] else None

    def give_back(self, worker: WorkerProcess, *, wide: bool) -> None:
        """Take a server back, unless it is not usable any more."""
        if worker.usable:
            with self._lock:
                self._idle[wide].append(worker)
        else:
            self.stop(worker)

    def stop(self, worker: WorkerProcess) -> None:
        """End one worker."""
        worker.stop()
        with self._lock:
            self._live.discard(worker)

    def close(self) -> None:
        """End all; none can be started any more."""
        with self._lock:
            self._closed = True
            live, self._live = self._live, set()
        for worker in live:
            worker.stop()


def _cores() -> int:
    """Count the cores that we may use, which in a container are fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _require(request: RunRequest, surroundings: Surroundings) -> None:
    if request.victim in surroundings.items:
        return
    if surroundings.errors:
        raise EnvironmentBroken(f"the tests could not be collected: {surroundings.errors[0]}")
    raise EnvironmentBroken(f"{request.victim}: pytest collects no such test here (is a parameter's name random, or the test renamed?)")
