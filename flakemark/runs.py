"""The nouns of an experiment: what is asked of a run, and how it ended.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Protocol

from flakemark.events import Literal, Trace
from flakemark.model import NodeId

FILE = "file:"  # begins the path of a piece of shared state that is a file of a place of its own
NO_FILE = "no file"


class Outcome(str, Enum):
    """How the victim ended in one run."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    TIMEOUT = "timeout"
    DIED = "died"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forcing:
    """One thing that an intervention or a perturbation changes; see flakemark.trace.forcing.

    Attributes:
        kind: "pin", "order", "edge", "advance", "delay" (at a site), "permute" (everywhere); "under", "moment", "collect" (at a
            site, or everywhere).
        site: key of a site; "" for everywhere.
        values: literals by occurrence, for "pin" and "order"; [variable, value or None] pairs, for "under".
        edge: which edge value, for "edge".
        seconds: for "advance" and "delay"; seconds since the epoch, for "moment".
        first: the occurrence (from 0) from which it applies.
        what: kind of source, for "permute"; which surroundings, for "under"; "never", for "collect" everywhere.
        seed: for "permute".
    """

    kind: str
    site: str = ""
    values: tuple[Literal, ...] = ()
    edge: int = 0
    seconds: float = 0.0
    first: int = 0
    what: str = ""
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """One run of the victim.

    Attributes:
        before: node ids that run before the victim in the same process, in this order.
        seed: what `random` and numpy's global generator are seeded with.
        hash_seed: PYTHONHASHSEED of the process.
        fresh: a process of its own from the start, instead of a fork after collection.
        probes: whether the project's code is instrumented at all.
        trace: whether events are written (costs time; confirmation runs do without).
        environment: variables of the process, set on top of the inherited ones.
        place: 0 in the project's own tree; n: the n-th run in a copy of the tree with temporary and home folders of its own.
        compare_state: whether to list what the tests before the victim changed; in a place of its own, which files the runs before left.
        restore: paths of pieces of shared state that are put back before the victim starts.
        follow: path of a piece of shared state whose writes are wanted, with their lines.
        patience: seconds after which the run is given up, if less than every run is given: what is forced may make it wait for ever.
    """

    victim: NodeId
    before: tuple[NodeId, ...] = ()
    seed: int = 0
    hash_seed: int = 0
    fresh: bool = False
    probes: bool = True
    trace: bool = False
    forcings: tuple[Forcing, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    place: int = 0
    compare_state: bool = False
    restore: tuple[str, ...] = ()
    follow: str = ""
    patience: float | None = None


def traced(victim: NodeId, number: int, *, fresh: bool = False) -> RunRequest:
    """The n-th traced run of a test alone."""
    return RunRequest(victim=victim, seed=number, hash_seed=number, fresh=fresh, trace=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A failure's fingerprint, and its text for people.

    Attributes:
        phase: "setup", "call" or "teardown".
        exception: class name, e.g. "AssertionError".
        message: first lines, bounded.
        crash: "file:line" where pytest says that it crashed.
        where: "file:line" of the innermost frame in the project's own code, "" where there is none.
        test_line: "file:line" of the innermost frame in the victim's own file, "" where there is none.
        text: what pytest would print, bounded.
    """

    phase: str
    exception: str
    message: str
    crash: str
    where: str
    test_line: str = ""
    text: str = ""

    def is_like(self, other: Failure | None) -> bool:
        """Whether both failed in the same way: phase, exception and crash lines; values in messages may differ."""
        if other is None:
            return False
        return (self.phase, self.exception, self.crash, self.where) == (other.phase, other.exception, other.crash, other.where)


@dataclass(frozen=True, slots=True)
class StateChange:
    """A piece of shared state that tests left changed, with its values for people."""

    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class StateWrite:
    """A line of the project after which a piece of shared state was another one."""

    file: str
    line: int
    function: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """How one run ended.

    Attributes:
        seconds: wall-clock time of the run, without start-up for forked runs.
        failure: of the victim, if it failed.
        others_failed: node ids before the victim that failed.
        state: what the tests before the victim left changed, if it was asked for.
        writes: where the followed piece was written, oldest first.
    """

    request: RunRequest
    outcome: Outcome
    seconds: float
    failure: Failure | None = None
    trace: Trace | None = None
    others_failed: tuple[NodeId, ...] = ()
    state: tuple[StateChange, ...] = ()
    writes: tuple[StateWrite, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the victim failed, in whatever way."""
        return self.outcome in (Outcome.FAILED, Outcome.TIMEOUT, Outcome.DIED)

    @property
    def passed(self) -> bool:
        """Whether the victim passed."""
        return self.outcome is Outcome.PASSED


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of the user's environment once a worker has started.

    Attributes:
        python: version of the interpreter that runs the tests.
        items: node ids that were collected, in pytest's order.
        forkable: whether runs can be forked; `reason` says why not.
        reseeds: whether `random` may be reseeded in each run (the project does not seed it at import).
        untouched: files that were loaded without probes.
        errors: one line for each file that could not be collected.
    """

    python: str
    items: tuple[NodeId, ...]
    forkable: bool
    reason: str = ""
    reseeds: bool = True
    untouched: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spent:
    """What an experiment has cost so far."""

    runs: int = 0
    passed: int = 0
    failed: int = 0
    seconds: float = field(default=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One side of a setting.

    Attributes:
        name: for people, e.g. "TZ=Asia/Tokyo".
        environment: variables of the process.
        at: what gives a single site this side; without its site it gives it to the whole run.
    """

    name: str
    environment: tuple[tuple[str, str], ...] = ()
    at: Forcing

    def whole(self, request: RunRequest) -> RunRequest:
        """Put a whole run into this world: a fresh process is started in it, a fork changes to it."""
        if self.at.what != "environment":
            return replace(request, environment=self.environment, forcings=(*request.forcings, self.at))
        if request.fresh:
            return replace(request, environment=self.environment)
        return replace(request, forcings=(*request.forcings, self.at))

    def only(self, site: str) -> Forcing:
        """Put what happens at one site into this world."""
        return replace(self.at, site=site)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Something about the surroundings that can be chosen: a time zone, a locale, a variable, the moment, what the network does.

    Attributes:
        kind: "timezone", "locale", "variable", "directory", "descriptors", "moment", "ticks", "port", "network" or
            "outage".
        name: what is chosen, for people, e.g. "the time zone".
        failing, passing: the side under suspicion, and the usual one.
    """

    kind: str
    name: str
    failing: World
    passing: World

    def matters_at_start(self, read: frozenset[str]) -> bool:
        """Whether it can matter from the start of a process, by the kinds of sources that are read at import."""
        if self.kind == "locale":
            return True  # the interpreter itself reads it
        return bool(read & ({"clock", "locale"} if self.kind == "timezone" else {"environment"}))


@dataclass(slots=True)
class Reproduction:
    """What was tried and found.

    Attributes:
        plain: fresh runs without probes, as CI ran them.
        natural: traced runs with nothing forced.
        passing, failing: traced runs, best first; `failing` only holds *the* failure.
        strange: failing runs that show another failure.
        failure: the failure that was looked for, once it was seen.
        perturbation: what it took to see the missing outcome; "" if it came by itself.
        tried: titles of the perturbations that changed nothing.
        known: whether a failure was reported or seen without forcing anything; a stable test is not provoked.
        wants: whether a failure is the one that is looked for.
        recorded: whether the failing run is a recorded one, which cannot be repeated.
        ordered: a run after the tests of the report that ended otherwise than the victim does alone.
        setting: the one that decides the outcome, if one was found.
        outage: how the network failing makes it fail, with such a run; what was only late is looked for before this is believed.
        surroundings: in which surroundings it ran how often, for people: (name, passed, failed).
    """

    plain: list[RunResult] = field(default_factory=list)
    natural: list[RunResult] = field(default_factory=list)
    passing: list[RunResult] = field(default_factory=list)
    failing: list[RunResult] = field(default_factory=list)
    strange: list[RunResult] = field(default_factory=list)
    failure: Failure | None = None
    perturbation: str = ""
    tried: list[str] = field(default_factory=list)
    recorded: bool = False
    known: bool = False
    wants: Callable[[Failure], bool] = bool
    ordered: RunResult | None = None
    setting: Setting | None = None
    outage: tuple[Setting, RunResult] | None = None
    surroundings: list[tuple[str, int, int]] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether both outcomes were traced."""
        return bool(self.passing and self.failing)

    @property
    def everything_failed(self) -> bool:
        """Whether the test never passed alone."""
        return bool(self.failing) and not self.passing and not any(result.passed for result in self.plain)

    @property
    def both_happen_alone(self) -> bool:
        """Whether it passed and failed with nothing forced and no other tests before it."""
        outcomes = [result.failed for result in (*self.plain, *self.natural)]
        return any(outcomes) and not all(outcomes)

    @property
    def never_passed_in_forks(self) -> bool:
        """Whether it was traced, and failed every time."""
        return bool(self.failing) and not self.passing

    @property
    def may_be_provoked(self) -> bool:
        """Whether there is a failure to look for, and it has not come yet."""
        return self.known and not self.failing and not self.strange

    def believe_outage(self) -> Reproduction:
        """Take the outage for the setting that decides."""
        if self.outage is not None:
            self.setting, run = self.outage
            self.perturbation = self.setting.failing.name
            self.keep([run], natural=False)
        return self

    def keep(self, results: Sequence[RunResult], *, natural: bool) -> None:
        """Sort traced runs by how they ended; `natural`: nothing was forced."""
        if natural:
            self.natural.extend(results)
        for result in results:
            if result.passed:
                self.passing.append(result)
            elif self.fails_as_wanted(result):
                self.failure = self.failure or result.failure
                self.failing.append(result)
                self.known = self.known or natural
            elif natural and result.failed:
                self.strange.append(result)

    def fails_as_wanted(self, result: RunResult) -> bool:
        """Whether a run shows the failure that is looked for."""
        return result.failed and result.failure is not None and self.wants(result.failure)


class BudgetSpent(Exception):
    """The seconds of this test are used up; what is known by then is what is reported.

    Attributes:
        finished: results of the runs that were finished all the same, in the order of their requests.
    """

    def __init__(self, finished: Sequence[RunResult] = ()) -> None:
        super().__init__("the budget is used up")
        self.finished = tuple(finished)


class Runner(Protocol):
    """Runs tests: real processes (flakemark.run), or a simulation in the tests."""

    def surroundings(self) -> Surroundings:
        """Start a worker if none runs and say what it found; raises EnvironmentBroken."""

    def run(self, requests: Sequence[RunRequest], *, parallel: bool = True) -> list[RunResult]:
        """Execute the requests, as many at once as there are cores if `parallel`; results in the order of the requests.

        Raises:
            BudgetSpent: there is no time left; runs that were begun are finished first.
        """

    def spent(self) -> Spent:
        """Say what all runs so far have cost."""

    def seconds_left(self) -> float:
        """Seconds until the budget of this test is used up; may be negative."""


def run_what_fits(runner: Runner, requests: Sequence[RunRequest]) -> list[RunResult]:
    """Execute the requests as far as the budget allows; what was counted until then counts."""
    try:
        return runner.run(requests)
    except BudgetSpent as spent:
        return list(spent.finished)


Told = Callable[[str], None]
