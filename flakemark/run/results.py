"""One request and its result: what is sent to a worker, and what the run left in its folder."""

from __future__ import annotations

import json
import shutil
import signal
import time
from pathlib import Path
from typing import Any

from flakemark.errors import UsageError
from flakemark.events import Trace
from flakemark.model import NodeId
from flakemark.recipe import force_document
from flakemark.run.process import WorkerProcess
from flakemark.runs import Failure, Outcome, RunRequest, RunResult, StateChange, StateWrite
from flakemark.trace.format import read_trace


def execute(request: RunRequest, worker: WorkerProcess, limit: float, *, fresh: bool) -> RunResult:
    """Have a worker execute a request.

    Args:
        request: the run.
        worker: a server, or a worker for this request alone.
        limit: seconds; then everything that the run started is killed.
        fresh: whether the worker itself runs the test, and ends with it.

    Raises:
        Closed: the worker was gone before the run could start.
    """
    started = time.monotonic()
    allowed = limit if request.patience is None else min(limit, request.patience)
    status, folder = worker.ask(_message(request, allowed, fresh=fresh))
    try:
        return _result(request, status, folder, time.monotonic() - started)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _message(request: RunRequest, limit: float, *, fresh: bool) -> dict[str, Any]:
    return {
        "op": "run", "victim": request.victim, "before": list(request.before), "seed": request.seed, "fresh": fresh, "trace": request.trace,
        "forces": [force_document(force) for force in request.forcings], "timeout": limit,
        "state": {"compare": request.compare_state, "restore": list(request.restore), "follow": request.follow},
    }  # fmt: skip


def _result(request: RunRequest, status: str, folder: Path, seconds: float) -> RunResult:
    try:
        document = json.loads((folder / "result.json").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return _cut_short(request, status, seconds)
    return RunResult(
        request=request,
        outcome=Outcome(document["outcome"]),
        seconds=float(document["seconds"]),
        failure=Failure(**document["failure"]) if document["failure"] else None,
        trace=_trace(folder) if request.trace else None,
        others_failed=tuple(NodeId(name) for name in document["others"]),
        state=tuple(StateChange(*change) for change in document["state"]),
        writes=tuple(StateWrite(*write) for write in document["writes"]),
    )


def _cut_short(request: RunRequest, status: str, seconds: float) -> RunResult:
    if status == "timeout":
        failure = _ended("Timeout", f"killed after {seconds:.0f} s")
        return RunResult(request=request, outcome=Outcome.TIMEOUT, seconds=seconds, failure=failure)
    failure = _ended("ProcessDied", f"the test's process ended by itself: {_named(status)}")
    return RunResult(request=request, outcome=Outcome.DIED, seconds=seconds, failure=failure)


def _named(status: str) -> str:
    """Say which signal a number means."""
    word, _, number = status.partition(" ")
    if word != "signal":
        return "exit code 0" if status == "ok" else status
    try:
        return f"signal {number} ({signal.Signals(int(number)).name})"
    except ValueError:
        return status


def _ended(name: str, message: str) -> Failure:
    return Failure(phase="call", exception=name, message=message, crash="", where="", text=message)


def _trace(folder: Path) -> Trace | None:
    try:
        return read_trace(str(folder / "trace"))
    except UsageError:
        return None
