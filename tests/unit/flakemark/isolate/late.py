"""Something that is late, as traces and answers of runs, for the tests of waits and windows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from flakemark.events import Literal, Trace, TracedSite
from flakemark.isolate.timing import isolate_timing
from flakemark.isolation import TimingFlip
from flakemark.reproduction import Reproduction
from flakemark.runs import Failure, Forcing, Outcome, RunRequest
from tests.unit.flakemark.scripted import Scripted, failing_at, once, site, told, trace_of

START = site("test_x.py:5", source="start", name="Thread.start")
WAIT = site("test_x.py:6", source="wait", name="time.sleep")
STORE = site("test_x.py:12", "store", function="work")
READ = site("test_x.py:15", "store", function="count")
WRITE = site("test_x.py:16", "augment", function="count")
CALL = site("test_x.py:20", callee="count", function="work")
JOIN = site("test_x.py:7", source="wait", name="Thread.join")
LIMIT = site("test_x.py:25", source="clock", name="time.monotonic", function="until")
POLL = site("test_x.py:27", source="clock", name="time.monotonic", function="until")
FAILURE = failing_at("test_x.py:9")

WAITING = trace_of(("main", START, None), ("thread:work#1", STORE, 1), ("main", WAIT, None))
ALONE = trace_of(("main", STORE, 1), ("main", WAIT, None))
FORGOTTEN = trace_of(("main", START, None), ("thread:work#1", STORE, 1))
POLLING = trace_of(("main", START, None), ("main", LIMIT, 1.0), ("thread:work#1", STORE, 1), ("main", POLL, 1.1), ("main", POLL, 1.2))
RACING = trace_of(
    ("main", START, None), ("main", START, None),
    *[(f"thread:work#{number}", traced, number) for number in (1, 2) for traced in (READ, WRITE, CALL)],
)  # fmt: skip


def forced(request: RunRequest, kind: str, where: str = "") -> Forcing | None:
    return next((it for it in request.forcings if it.kind == kind and where in (it.site, it.what, "")), None)


def is_late(request: RunRequest) -> bool:
    """Whether the other thread comes later, at its start or within."""
    return forced(request, "hold", "thread:work#1") is not None or forced(request, "delay", STORE.site.key) is not None


def isolated(
    trace: Trace,
    fails: Callable[[RunRequest], bool],
    *,
    failure: Failure = FAILURE,
    failing: Trace | None = None,
    by_itself: int = 0,
    **settings: int,
) -> TimingFlip | None:
    return watched(trace, fails, failure=failure, failing=failing, by_itself=by_itself, **settings)[0]


def watched(
    trace: Trace,
    fails: Callable[[RunRequest], bool],
    *,
    failure: Failure = FAILURE,
    failing: Trace | None = None,
    by_itself: int = 0,
    **settings: int,
) -> tuple[TimingFlip | None, Scripted]:
    """Isolate, and hand out the runner; `failing` is the trace of a run that failed by itself, `by_itself` how many others did."""
    runner = Scripted(lambda request: failure if fails(request) else None, trace, **settings)
    passing = once(runner)
    assert passing.passed
    failed = [replace(passing, outcome=Outcome.FAILED, failure=failure, trace=failing)] if failing is not None else []
    natural = [passing, *[replace(passing, outcome=Outcome.FAILED, failure=failure, trace=None)] * by_itself]
    found = Reproduction(natural=natural, passing=[passing], failing=failed, failure=failure, wants=failure.is_like)
    return isolate_timing(runner, found, told), runner


RACED = trace_of(*[(RACING.threads[event.thread], RACING.sites[event.site], event.literal) for event in RACING.events], ("main", STORE, 1))


def pauses_between(run: RunRequest) -> bool:
    return forced(run, "delay", READ.site.key) is not None and forced(run, "lock", CALL.site.key) is None


def racing(run: RunRequest) -> bool:
    """The pause in the window fails, unless the second thread only comes when the first has left it."""
    return forced(run, "delay", READ.site.key) is not None and forced(run, "hold", "thread:_worker#2") is None


def timed(events: Sequence[tuple[str, TracedSite, Literal, int]]) -> Trace:
    """Return a trace that says when each event took place."""
    trace = trace_of(*[event[:3] for event in events])
    return trace._replace(
        events=tuple(event._replace(nanoseconds=moment) for event, (*_, moment) in zip(trace.events, events, strict=True))
    )
