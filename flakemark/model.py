"""The nouns that the stages exchange: failed tests, causes, diagnoses, reports.

Everything here is an immutable value. Lines count from 1, seconds are wall-clock floats, files are
relative to the project root with forward slashes.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import NewType

NodeId = NewType("NodeId", str)


class Verdict(str, Enum):
    """What a diagnosis says about a test."""

    FLAKY = "flaky"
    CONSISTENT_FAILURE = "consistent_failure"
    NOT_REPRODUCED = "not_reproduced"
    ERROR = "error"


class Status(str, Enum):
    """How well a cause is shown: forced both ways, separating all runs, or only a hint."""

    CONFIRMED = "confirmed"
    CORRELATED = "correlated"
    SUSPECTED = "suspected"


class DivergenceType(str, Enum):
    """The six ways in which a passing and a failing run part."""

    VALUE_MISMATCH = "value_mismatch"
    TIMING_DELTA = "timing_delta"
    THREAD_RACE = "thread_race"
    SEQUENCE_BREAK = "sequence_break"
    MISSING_EVENT = "missing_event"
    EARLY_TERMINATION = "early_termination"


class Category(str, Enum):
    """The kind of nondeterminism behind a cause."""

    RANDOMNESS = "randomness"
    UNORDERED_COLLECTION = "unordered_collection"
    TIME = "time"
    TIMEZONE_LOCALE = "timezone_locale"
    ASYNC_WAIT = "async_wait"
    CONCURRENCY = "concurrency"
    ORDER_DEPENDENCY = "order_dependency"
    RESOURCE_LEAK = "resource_leak"
    FILESYSTEM = "filesystem"
    NETWORK = "network"
    ENVIRONMENT = "environment"
    FLOATING_POINT = "floating_point"
    MEMORY_GC = "memory_gc"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedTest:
    """One failed test of a JUnit report.

    Attributes:
        nodeid: pytest's node id, rebuilt against the project tree.
        phase: "setup", "call", "teardown" or "collect".
        message: the `message` attribute of the failure, as written by pytest (may be long).
        crash: "file:line" of the crash as pytest printed it at the end of the text, or "".
        attempts: how many testcases of this name the reports hold (reruns give more than one).
        failures: how many of the attempts failed; fewer than attempts is evidence of flakiness.
        source: the report file it came from.
        seconds: how long the longest attempt took, 0 if the report does not tell.
        began: when the session in which it failed began, in seconds since the epoch; 0 if the report does not tell.
    """

    nodeid: NodeId
    phase: str = "call"
    message: str = ""
    crash: str = ""
    attempts: int = 1
    failures: int = 1
    source: str = ""
    seconds: float = 0.0
    began: float = 0.0


@dataclass(frozen=True, slots=True)
class Ingested:
    """What the JUnit reports say: failures in report order, the order of all tests, one line per problem."""

    failed: tuple[FailedTest, ...]
    order: tuple[NodeId, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A line with the evidence tier that it has.

    Attributes:
        line, end_line: 1-based, inclusive; equal for a single line.
        source: the stripped text of `line`.
        confidence: 0 to 1, counted (see flakemark.explain), never a constant.
        title: one sentence that names the cause.
        detail: what was seen: the passing value beside the failing one, bounded in length.
    """

    file: str
    line: int
    end_line: int
    function: str
    source: str
    divergence_type: DivergenceType
    category: Category
    status: Status
    confidence: float
    title: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainLink:
    """One step from the cause to the assertion: the value in a passing run beside that in a failing run."""

    file: str
    line: int
    function: str
    source: str
    passing: str
    failing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervention:
    """One kind of forcing and how the runs under it ended.

    Attributes:
        kind: "none" (nothing forced), "pin", "order", "edge", "tests" (an order of tests), "setting" (surroundings), "control".
        target: what was forced, e.g. "shop/totals.py:41".
        setting: "failing", "passing", or a description such as "unforced".
        passed, failed: numbers of runs.
    """

    kind: str
    target: str
    setting: str
    passed: int
    failed: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """All runs of a diagnosis, and the interventions among them."""

    runs: int
    passed: int
    failed: int
    interventions: tuple[Intervention, ...] = ()


@dataclass(frozen=True, slots=True)
class TestOrder:
    """What an order-dependent test needs: polluters make it fail, state setters make it pass."""

    __test__ = False
    polluters: tuple[NodeId, ...] = ()
    state_setters: tuple[NodeId, ...] = ()
    state: str = ""


@dataclass(frozen=True, slots=True)
class Fix:
    """Advice in words; a patch only if it was verified under the failing conditions.

    Attributes:
        patch: a unified diff, or None.
        verified: (runs, failed) with the patch applied, or None.
    """

    advice: str
    patch: str | None = None
    verified: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class StageCost:
    """What one stage of a diagnosis took."""

    stage: str
    runs: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Cost:
    """Test runs and wall-clock seconds that a diagnosis took, and its stages in the order in which they began."""

    runs: int
    seconds: float
    stages: tuple[StageCost, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """What makes the failure (or the pass) happen every time: JSON text understood by `flakemark replay`."""

    failing: str
    passing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """Everything that is known about one test. `cause` is None unless a root cause may be named."""

    nodeid: NodeId
    verdict: Verdict
    cause: Cause | None = None
    candidates: tuple[Cause, ...] = ()
    chain: tuple[ChainLink, ...] = ()
    evidence: Evidence = field(default_factory=lambda: Evidence(0, 0, 0))
    order: TestOrder | None = None
    reproduce: str = ""
    fix: Fix | None = None
    cost: Cost = field(default_factory=lambda: Cost(0, 0.0))
    divergences: int = 0
    notes: tuple[str, ...] = ()
    recipe: Recipe | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The diagnoses of one invocation.

    Attributes:
        version: of flakemark.
        python: version of the interpreter that ran the tests, e.g. "3.12.1".
        root: name of the project folder (never an absolute path of the machine).
        notes: problems of the whole invocation, e.g. a JUnit file that could not be read.
    """

    version: str
    python: str
    root: str
    tests: tuple[Diagnosis, ...]
    notes: tuple[str, ...] = ()
