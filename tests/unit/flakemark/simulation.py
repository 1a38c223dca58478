"""A simulated Runner: tests as plain functions whose outcome follows from seeds and forcings. No process, no clock.

    def victim(run):
        run.draw("test_x.py:4", 1, 6, unseeded=True)      # a distractor: differs in every run, whatever the seed
        value = run.draw("test_x.py:5", 1, 6)
        run.value("test_x.py:6", value * 2)
        run.check("test_x.py:7", value != 3)

    runner = Simulation({"test_x.py::test_victim": victim})

The same small contract holds for it and for the Laboratory (run/test_contract.py).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flakemark.errors import EnvironmentBroken
from flakemark.events import Literal, Site, Trace, TracedSite, TraceEvent
from flakemark.model import NodeId
from flakemark.runs import BudgetSpent, Failure, Forcing, Outcome, RunRequest, RunResult, Spent, StateChange, Surroundings

Body = Callable[["SimulatedRun"], None]


class Failing(Exception):
    """The simulated assertion that failed."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


class SimulatedRun:
    """What a simulated test is given: sources of values, sites, one assertion, shared state.

    Attributes:
        state: what tests of one run share; a polluter writes it, the victim reads it.
    """

    def __init__(self, request: RunRequest, entropy: random.Random, state: dict[str, Any]) -> None:
        self.request, self.state = request, state
        self._entropy = entropy
        self._seeded = random.Random(request.seed)
        self._sites: dict[str, TracedSite] = {}
        self._events: list[tuple[str, Literal]] = []
        self._advanced = 0.0

    # what a test does

    def draw(self, place: str, low: int, high: int, *, unseeded: bool = False, at_import: bool = False) -> int:
        """Draw a number, as random.randint (or, unseeded, secrets) would; `at_import`: forks go on from one state."""
        generator = random.Random(self.request.seed if self.request.fresh else 0) if at_import else self._seeded
        drawn = (self._entropy if unseeded else generator).randint(low, high)
        forcing = self._forced(place, "draw", "edge")
        if forcing is not None:
            drawn = (low, high, (low + high) // 2)[forcing.edge % 3]
        return int(self._site(place, "draw", "secrets.randbelow" if unseeded else "random.randint", drawn))

    def clock(self, place: str, now: float) -> float:
        """Read a clock that stands at `now`."""
        forcing = self._forced(place, "clock", "advance")
        if forcing is not None and self._occurrence(place, "clock") == forcing.first:
            self._advanced += forcing.seconds
        return float(self._site(place, "clock", "time.time", now + self._advanced))

    def order(self, place: str, items: Sequence[str]) -> list[str]:
        """Iterate a set: the order follows from the hash seed, which only a fresh process can choose."""
        ordered = _shuffled(items, self.request.hash_seed if self.request.fresh else 0)
        for forcing in self.request.forcings:
            if forcing.kind == "permute" and forcing.what == "set_order":
                ordered = _shuffled(items, forcing.seed)
        found: list[str] = self._site(place, "set_order", "set order", ["list", ordered])[1]
        return found

    def value(self, place: str, value: Any, *, asked: tuple[str, str] = ("", "")) -> Any:
        """Compute a value: no source of its own, but a site; `asked` is the input (kind, name) that a library asks for there."""
        seen = self._site(place, "", "", value)
        if self._forced(place, "", "watch") is not None:
            self._sites[_key(place, "")] = _traced(place, *asked)
        return seen

    def check(self, place: str, holds: bool) -> None:
        """Assert."""
        if not holds:
            raise Failing(place)

    # what is observed and forced

    def _site(self, place: str, kind: str, name: str, seen: Any) -> Any:
        occurrence = self._occurrence(place, kind)
        for forcing in self.request.forcings:
            if forcing.site == _key(place, kind) and forcing.kind in ("pin", "order") and occurrence < len(forcing.values):
                seen = forcing.values[occurrence]
        self._sites.setdefault(_key(place, kind), _traced(place, kind, name))
        self._events.append((_key(place, kind), seen))
        return seen

    def _occurrence(self, place: str, kind: str) -> int:
        return sum(key == _key(place, kind) for key, _ in self._events)

    def _forced(self, place: str, kind: str, forced: str) -> Forcing | None:
        return next((it for it in self.request.forcings if it.kind == forced and it.site == _key(place, kind)), None)

    def trace(self) -> Trace:
        """Return what was observed."""
        numbers = {key: number for number, key in enumerate(self._sites)}
        events = tuple(TraceEvent(numbers[key], 0, literal, place) for place, (key, literal) in enumerate(self._events))
        return Trace(tuple(self._sites.values()), ("main",), events)


@dataclass
class Simulation:
    """Implements `Runner` on functions.

    Attributes:
        tests: node id to body, in the order of collection.
        budget: runs (not seconds) until `seconds_left` is 0.
        state: what the tests share when a run starts.
        asked: every request so far, for assertions about what was tried.
    """

    tests: Mapping[str, Body]
    budget: int = 2_000
    state: Mapping[str, Any] = field(default_factory=dict)
    asked: list[RunRequest] = field(default_factory=list)
    _spent: Spent = field(default_factory=Spent)
    _entropy: random.Random = field(default_factory=lambda: random.Random(8))

    def surroundings(self) -> Surroundings:
        """Name the tests."""
        return Surroundings(python="3.11.7", items=tuple(NodeId(name) for name in self.tests), forkable=True)

    def run(self, requests: Sequence[RunRequest], *, parallel: bool = True) -> list[RunResult]:
        """Execute the requests, one after the other."""
        results: list[RunResult] = []
        for request in requests:
            if self.seconds_left() <= 0:
                raise BudgetSpent(results)
            results.append(self._one(request))
        return results

    def spent(self) -> Spent:
        """Say what all runs so far have cost; a run takes a second."""
        return self._spent

    def seconds_left(self) -> float:
        """Count the runs that are left."""
        return float(self.budget - self._spent.runs)

    def _one(self, request: RunRequest) -> RunResult:
        if request.victim not in self.tests:
            raise EnvironmentBroken(f"{request.victim}: pytest collects no such test here")
        self.asked.append(request)
        run = SimulatedRun(request, self._entropy, dict(self.state))
        others = tuple(name for name in request.before if name in self.tests and _ended(self.tests[name], run) is not None)
        changes = _changes(self.state, run.state)
        run.state.update({path: self.state.get(path) for path in request.restore})
        failure = _ended(self.tests[request.victim], run)
        result = RunResult(
            request=request, outcome=Outcome.PASSED if failure is None else Outcome.FAILED, seconds=1.0, failure=failure,
            trace=run.trace() if request.trace else None, others_failed=others, state=changes if request.compare_state else (),
        )  # fmt: skip
        spent = self._spent
        self._spent = Spent(spent.runs + 1, spent.passed + result.passed, spent.failed + result.failed, spent.seconds + 1.0)
        return result


def _ended(body: Body, run: SimulatedRun) -> Failure | None:
    try:
        body(run)
    except Failing as failing:
        return Failure(phase="call", exception="AssertionError", message="assert False", crash=failing.place, where=failing.place)
    return None


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[StateChange, ...]:
    names = sorted({*before, *after})
    return tuple(StateChange(name, repr(before.get(name)), repr(after.get(name))) for name in names if before.get(name) != after.get(name))


def _shuffled(items: Sequence[str], seed: int) -> list[str]:
    ordered = list(items)
    random.Random(seed).shuffle(ordered)
    return ordered


def _key(place: str, kind: str) -> str:
    return f"{place}:0:{'iterate' if kind == 'set_order' else 'call'}"


def _traced(place: str, kind: str, name: str) -> TracedSite:
    file, line = place.rsplit(":", 1)
    site = Site(_key(place, kind), file, int(line), int(line), "test_victim", "iterate" if kind == "set_order" else "call", name)
    return TracedSite(site, kind, name)
