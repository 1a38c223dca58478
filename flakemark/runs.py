"""The nouns of an experiment: what is asked of a run, and how it ended.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from flakemark.events import Literal, Trace
from flakemark.model import NodeId

FILE = "file:"  # begins the path of a piece of shared state that is a file of a place of its own
NO_FILE = "no file"
GARBAGE = "garbage"  # the path of what tests leave to the garbage collector, and the kind of forcing that keeps it until then
EXAMPLES = "examples"  # the kind of forcing that gives hypothesis another seed, and nothing else
_TIMEOUTS = frozenset({"TimeoutError", "CancelledError", "TimeoutExpired", "Empty", "timeout", "ReadTimeout", "ConnectTimeout"})
# What the system, and sqlite, say of a port, a file, a device or a lock that somebody else has.
_TAKEN = ("address already in use", "database is locked", "resource temporarily unavailable", "device or resource busy", "text file busy")
_GARBAGE_WORDS = ("PytestUnraisableException", "unraisable exception", "ResourceWarning")


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
            site, or everywhere); "leave": the test ends there; "garbage": what the tests before leave to the collector is
            found when the victim is called; "examples": hypothesis draws by `seed`; "identity": what `id` gives.
        site: key of a site; "" for everywhere.
        values: literals by occurrence, for "pin" and "order"; [variable, value or None] pairs, for "under".
        edge: which edge value, for "edge".
        seconds: for "advance" and "delay"; seconds since the epoch, for "moment".
        first: the occurrence (from 0) from which it applies.
        what: kind of source, for "permute"; which surroundings, for "under"; "never", for "collect" everywhere; "kept" or "again",
            for "identity".
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


def speaks_of_garbage(message: str) -> bool:
    """Whether a failure is about what the garbage collector found: something that was never closed, a finaliser that failed."""
    return any(words in message for words in _GARBAGE_WORDS)


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

    @property
    def ran_out_of_time(self) -> bool:
        """Whether a time limit was exceeded."""
        return self.exception in _TIMEOUTS

    @property
    def is_of_something_taken(self) -> bool:
        """Whether it speaks of something that only one can have at a time: a port, a lock of a file or of a database."""
        told = f"{self.message}\n{self.text}".lower()
        return any(sign in told for sign in _TAKEN)

    @property
    def is_of_garbage(self) -> bool:
        """Whether it complains of what the garbage collector found."""
        return speaks_of_garbage(f"{self.exception}: {self.message}")

    @property
    def is_of_something_unclosed(self) -> bool:
        """Whether a finaliser complains of something that was left open."""
        return "ResourceWarning" in f"{self.exception}: {self.message}\n{self.text}"

    def is_like(self, other: Failure | None) -> bool:
        """Whether both failed in the same way: phase, exception and crash lines; values in messages may differ."""
        if other is None:
            return False
        if self.is_of_garbage and other.is_of_garbage:
            return True  # how much is found at once, and in which phase, is chance
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

    def __add__(self, more: Spent) -> Spent:
        return Spent(self.runs + more.runs, self.passed + more.passed, self.failed + more.failed, self.seconds + more.seconds)


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
