"""More stand-ins for the stages' tests: a Runner that answers from a script, traces written by hand, a simulation that knows who wrote."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flakemark.align import align
from flakemark.events import EMPTY, Site, Trace, TracedSite, TraceEvent
from flakemark.isolate.flip import isolate
from flakemark.isolation import Isolation
from flakemark.model import FailedTest, NodeId
from flakemark.reproduce.search import Search
from flakemark.reproduction import Reproduction
from flakemark.runs import BudgetSpent, Failure, Outcome, RunRequest, RunResult, Spent, StateChange, StateWrite, Surroundings
from tests.unit.flakemark.simulation import Body, Simulation

VICTIM = NodeId("test_x.py::test_victim")


def told(what: str) -> None:
    """Is told, and says nothing."""


def reported(**facts: Any) -> FailedTest:
    """Return the victim as a JUnit report shows it when it failed at its assertion."""
    return FailedTest(**{"nodeid": VICTIM, "message": "AssertionError: assert False", **facts})


def simulated(body: Body, **settings: Any) -> Simulation:
    """Return a simulation of the victim alone."""
    return Simulation({VICTIM: body}, **settings)


def searched(runner: Any, *, order: Sequence[str] = (), runs: int = 2, recorded: Any = None, **facts: Any) -> Reproduction:
    """Search for both outcomes of the victim."""
    return Search(runner, reported(**facts), order=tuple(map(NodeId, order)), told=told, recorded=recorded).run(runs)


def isolated(runner: Any, **facts: Any) -> Isolation:
    """Search, then intervene."""
    found = searched(runner, **facts)
    assert found.complete
    return isolate(runner, found, align, told)


def once(runner: Any, **request: Any) -> RunResult:
    """Run the victim once, traced."""
    return runner.run([RunRequest(victim=VICTIM, **{"trace": True, **request})])[0]


@dataclass
class Followed(Simulation):
    """A simulation that knows which line writes which piece of state."""

    writers: Mapping[str, StateWrite] = field(default_factory=dict)

    def run(self, requests: Sequence[RunRequest], *, parallel: bool = True) -> list[RunResult]:
        """Execute the requests; a followed piece has its write."""
        results = super().run(requests, parallel=parallel)
        return [replace(result, writes=self._writes(result.request)) for result in results]

    def _writes(self, request: RunRequest) -> tuple[StateWrite, ...]:
        return (self.writers[request.follow],) if request.follow in self.writers else ()


@dataclass
class Scripted:
    """Implements `Runner` on one function from requests to failures.

    Attributes:
        answer: the failure of a run, or None if it passes.
        trace: what a traced run has seen.
        budget: runs until `seconds_left` is 0.
        state: what a run says that changed, if it compares.
        writes: what it says who wrote, if it follows.
        asked: every request so far.
    """

    answer: Callable[[RunRequest], Failure | None]
    trace: Trace = EMPTY
    budget: int = 2_000
    state: tuple[StateChange, ...] = ()
    writes: tuple[StateWrite, ...] = ()
    asked: list[RunRequest] = field(default_factory=list)

    def surroundings(self) -> Surroundings:
        """Know of the victim alone."""
        return Surroundings(python="3.11.7", items=(VICTIM,), forkable=True)

    def run(self, requests: Sequence[RunRequest], *, parallel: bool = True) -> list[RunResult]:
        """Answer one after the other."""
        results: list[RunResult] = []
        for request in requests:
            if self.seconds_left() <= 0:
                raise BudgetSpent(results)
            results.append(self._one(request))
        return results

    def spent(self) -> Spent:
        """Count."""
        return Spent(runs=len(self.asked))

    def seconds_left(self) -> float:
        """Count down."""
        return float(self.budget - len(self.asked))

    def _one(self, request: RunRequest) -> RunResult:
        self.asked.append(request)
        failure = self.answer(request)
        outcome = Outcome.PASSED if failure is None else Outcome.FAILED
        return RunResult(
            request=request, outcome=outcome, seconds=1.0, failure=failure, trace=self.trace if request.trace else None,
            state=self.state if request.compare_state else (), writes=self.writes if request.follow else (),
        )  # fmt: skip


def failing_at(place: str, *, exception: str = "AssertionError", message: str = "assert False") -> Failure:
    """Return a failure at "file:line"."""
    return Failure(phase="call", exception=exception, message=message, crash=place, where=place, test_line=place)


def site(
    place: str, kind: str = "call", *, callee: str = "", source: str = "", name: str = "", function: str = "test_victim"
) -> TracedSite:
    """Return a traced site at "file:line"; its key is the place and the kind."""
    file, line = place.rsplit(":", 1)
    return TracedSite(Site(f"{place}:0:{kind}", file, int(line), int(line), function, kind, callee), source, name)


def trace_of(*events: tuple[str, TracedSite, Any]) -> Trace:
    """Write a trace by hand: (thread, site, literal) in order of completion."""
    sites = tuple(dict.fromkeys(traced for _, traced, _ in events))
    threads = tuple(dict.fromkeys(["main", *(thread for thread, _, _ in events)]))
    found = [
        TraceEvent(sites.index(traced), threads.index(thread), literal, place) for place, (thread, traced, literal) in enumerate(events)
    ]
    return Trace(sites, threads, tuple(found))
