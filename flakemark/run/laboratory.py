"""The Runner for real: fresh processes and fork servers, in parallel up to the cores."""

from __future__ import annotations

import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import NamedTuple

from flakemark.errors import EnvironmentBroken
from flakemark.recipe import force_document
from flakemark.run.channel import Closed
from flakemark.run.places import run_in_place
from flakemark.run.process import START_LIMIT, Project, WorkerProcess
from flakemark.run.results import execute
from flakemark.runs import BudgetSpent, RunRequest, RunResult, Spent, Surroundings

SERVER_SEED = 20_011


class Kind(NamedTuple):
    """What a fork server can serve: victims after other tests or alone, in one environment."""

    wide: bool = False
    environment: tuple[tuple[str, str], ...] = ()


PLAIN = Kind()


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
        self._one_at_a_time = False

    def surroundings(self) -> Surroundings:
        """Start a fork server, if none ran yet, and say what it found."""
        with self._first:  # or else several lanes would each start the first server
            if self._surroundings is None:
                self._workers.give_back(self._server(PLAIN), PLAIN)
        if self._surroundings is None:
            raise EnvironmentBroken("no worker could be started")
        return self._surroundings

    def run(self, requests: Sequence[RunRequest], *, parallel: bool = True) -> list[RunResult]:
        """Execute the requests; results in the order of the requests; raises BudgetSpent with those that were finished."""
        at_once = parallel and len(requests) > 1 and not self._one_at_a_time
        results = list((self._pool.map if at_once else map)(self._one, requests))
        if at_once and any(map(_found_it_taken, results)):  # maybe by another run of ours: two at once tell nothing of this test
            self._one_at_a_time = True
            results = [self._one(request) if _found_it_taken(result) else result for request, result in zip(requests, results, strict=True)]
        finished = [result for result in results if result is not None]
        if len(finished) < len(requests):
            raise BudgetSpent(finished)
        return finished

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

    def _one(self, request: RunRequest) -> RunResult | None:
        """Execute one; None if there is no time to begin it."""
        if self.seconds_left() < 0:
            return None
        started = time.monotonic()
        try:
            result = self._run(request)
        except BudgetSpent:
            return None
        self._count(result, time.monotonic() - started)
        return result

    def _run(self, request: RunRequest) -> RunResult:
        if request.place:
            return run_in_place(request, self.project, self._fresh)
        return self._fresh(request, self.project) if request.fresh or not self.surroundings().forkable else self._forked(request)

    def _count(self, result: RunResult, seconds: float) -> None:
        with self._counting:
            spent = self._spent
            self._spent = Spent(spent.runs + 1, spent.passed + result.passed, spent.failed + result.failed, spent.seconds + seconds)
            if self._tick is not None:
                self._tick(self._spent)

    def _fresh(self, request: RunRequest, project: Project) -> RunResult:
        chosen = replace(project, files=project.order_files) if request.before else project
        forces = [force_document(force) for force in request.forcings]
        environment = dict(request.environment)
        worker = self._workers.start(
            lambda: WorkerProcess(
                chosen, hash_seed=request.hash_seed, seed=request.seed, probes=request.probes, forces=forces, env=environment, forks=False
            )
        )
        try:
            _require(request, self._ready(worker))
            return execute(request, worker, project.timeout, fresh=True)
        except Closed:
            raise EnvironmentBroken("the worker ended before the test could start") from None
        finally:
            self._workers.stop(worker)

    def _forked(self, request: RunRequest) -> RunResult:
        kind = Kind(bool(request.before), request.environment)
        for _ in range(2):
            worker = self._workers.take(kind) or self._server(kind)
            try:
                _require(request, self.surroundings())
                return execute(request, worker, self.project.timeout, fresh=False)
            except Closed:  # it died after its last run: another one takes the request
                self._workers.stop(worker)
            finally:
                self._workers.give_back(worker, kind)
        raise EnvironmentBroken("two workers in a row ended before the test could start")

    def _server(self, kind: Kind) -> WorkerProcess:
        project = replace(self.project, files=self.project.order_files) if kind.wide else self.project
        environment = dict(kind.environment)
        worker = self._workers.start(
            lambda: WorkerProcess(project, hash_seed=SERVER_SEED, seed=SERVER_SEED, probes=True, forces=[], env=environment, forks=True)
        )
        try:
            found = self._ready(worker)
            if kind == PLAIN:
                self._surroundings = found  # a plain worker cannot say which files were loaded without probes
        except BaseException:
            self._workers.stop(worker)
            raise
        return worker

    def _ready(self, worker: WorkerProcess) -> Surroundings:
        # An import that hangs must not cost more than the budget and one run; neither must one that takes long, and the run after it.
        found = worker.ready(min(START_LIMIT, max(self.seconds_left(), 0.0) + self.project.timeout))
        self._surroundings = self._surroundings or found
        if self.seconds_left() < 0:
            raise BudgetSpent
        return found


class _Workers:
    """The workers that run, and among them the fork servers that have nothing to do."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._live: set[WorkerProcess] = set()
        self._idle: defaultdict[Kind, list[WorkerProcess]] = defaultdict(list)
        self._closed = False

    def start(self, make: Callable[[], WorkerProcess]) -> WorkerProcess:
        """Start one; under the lock, so that none slips in while the others are being stopped."""
        with self._lock:
            if self._closed:
                raise EnvironmentBroken("interrupted")
            worker = make()
            self._live.add(worker)
            return worker

    def take(self, kind: Kind) -> WorkerProcess | None:
        """Hand out an idle server, the last one used first: its pages are warm."""
        with self._lock:
            return self._idle[kind].pop() if self._idle[kind] else None

    def give_back(self, worker: WorkerProcess, kind: Kind) -> None:
        """Take a server back, unless it is not usable any more."""
        if worker.usable:
            with self._lock:
                self._idle[kind].append(worker)
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


def _found_it_taken(result: RunResult | None) -> bool:
    return result is not None and result.failure is not None and result.failure.is_of_something_taken


def _require(request: RunRequest, surroundings: Surroundings) -> None:
    if request.victim in surroundings.items:
        return
    if surroundings.errors:
        raise EnvironmentBroken(f"the tests could not be collected: {surroundings.errors[0]}")
    raise EnvironmentBroken(f"{request.victim}: pytest collects no such test here (is a parameter's name random, or the test renamed?)")
