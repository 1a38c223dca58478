"""The nouns of an isolation: suspects, tallies, flips."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from flakemark.divergence import Divergence
from flakemark.events import INPUTS, MADE_FOR_A_RUN, TracedSite
from flakemark.model import NodeId
from flakemark.runs import Forcing, RunRequest, RunResult, StateChange, StateWrite
from flakemark.statistics import apart, by_chance

CHANCE = 0.01
OUTSIDE = 0.6  # of the runs pass at least with a pause outside of a window; now and then it is raced for without any
_DECIDING = frozenset({"set_order", "set_pop", "listing", "completion", "shuffle"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A site that can be forced to what it gave in a passing or in a failing run.

    Attributes:
        site: where.
        divergence: its first divergence, for the detail.
        to_failing, to_passing: what to force.
        place: when it first diverged, in events.
    """

    site: TracedSite
    divergence: Divergence
    to_failing: Forcing
    to_passing: Forcing
    place: int

    @property
    def known(self) -> bool:
        """Whether a known nondeterministic input is called there."""
        return self.site.source_kind in INPUTS or self.site.source_kind in MADE_FOR_A_RUN


@dataclass(frozen=True, slots=True)
class Tally:
    """How often runs under one setting passed, failed as expected, or ended in another way."""

    passed: int = 0
    failed: int = 0
    other: int = 0

    @property
    def runs(self) -> int:
        """All runs."""
        return self.passed + self.failed + self.other

    @property
    def swapped(self) -> Tally:
        """The same, with passing for failing."""
        return Tally(self.failed, self.passed, self.other)

    def __add__(self, more: Tally) -> Tally:
        return Tally(self.passed + more.passed, self.failed + more.failed, self.other + more.other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """A set of suspects that was forced both ways.

    Attributes:
        suspects: what had to be forced together, earliest first; one, nearly always.
        to_failing, to_passing: how the runs ended.
        base: how they ended with nothing forced, under the conditions of the passing run.
        failing_request, passing_request: what makes it fail, and pass, every time.
        held: what is forced the same way in both, because the suspects say nothing without it.
    """

    suspects: tuple[Suspect, ...]
    to_failing: Tally
    to_passing: Tally
    base: Tally
    failing_request: RunRequest
    passing_request: RunRequest
    held: tuple[Forcing, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether both directions hold, and not by chance."""
        alike = _but_for_forcings(self.failing_request) == _but_for_forcings(self.passing_request)
        return both_ways(self.to_failing, self.to_passing, self.base, alike=alike)


@dataclass(slots=True)
class Isolation:
    """What intervening showed.

    Attributes:
        flips: accepted ones, the cause first, then causes of their own that strike where that one cannot.
        divergences: of the pair of runs that was compared.
        suspects: all that were screened, earliest first.
        controls: suspects whose forcing did not flip anything.
        effect: traced runs under the accepted cause, (passing, failing), for the cause chain.
        benign: keys of sites that differ between runs that are forced alike.
        order: what other tests have to do with it.
        timing: the wait, the race, or the work that nobody waits for.
        condition: the surroundings that decide, and the line that relies on them.
        leak: where something was acquired that is left open, whatever decides that it is; the value is what its finaliser says.
        latency: whether the first flip only says how long something takes: what is drawn there is waited for, and nothing else.
    """

    flips: list[Flip] = field(default_factory=list)
    divergences: tuple[Divergence, ...] = ()
    suspects: list[Suspect] = field(default_factory=list)
    controls: list[tuple[Suspect, Tally]] = field(default_factory=list)
    effect: tuple[RunResult, RunResult] | None = None
    benign: frozenset[str] = frozenset()
    order: OrderFlip | None = None
    timing: TimingFlip | None = None
    condition: ConditionFlip | None = None
    leak: StateWrite | None = None
    latency: bool = False

    @property
    def nothing_found(self) -> bool:
        """Whether no intervention flipped anything."""
        return not self.flips and self.order is None and self.timing is None and self.condition is None

    @property
    def proven(self) -> bool:
        """Whether a line is shown that may be named: a value that comes from nowhere may be the trace of something else."""
        known = bool(self.flips) and self.flips[0].suspects[0].known
        return known or self.order is not None or self.timing is not None or self.condition is not None

    @property
    def only_values(self) -> bool:
        """Whether values or orders at known sources are all that was proven."""
        known = bool(self.flips) and self.flips[0].suspects[0].known
        return known and self.order is None and self.timing is None and self.condition is None

    @property
    def settled(self) -> bool:
        """Whether a known source was shown to decide the outcome; a draw or a clock may still only decide how long something takes."""
        return bool(self.flips) and self.flips[0].suspects[0].site.source_kind in _DECIDING


def both_ways(down: Tally, up: Tally, base: Tally, *, alike: bool = False) -> bool:
    """Whether nearly every run failed when forced to fail, and passed when forced to pass, and not by chance.

    Args:
        down: how the runs ended that were forced to fail.
        up: how those ended that were forced to pass.
        base: how they ended with nothing forced.
        alike: whether nothing but the force differed between the two; then they are each other's control, and a test
            that fails nearly always by itself (30 of 30 are no surprise there) can still be decided.
    """
    if not down.runs or not up.runs or down.failed < 0.95 * down.runs or up.passed < 0.95 * up.runs:
        return False
    if alike and apart(down.failed, down.runs, up.runs - up.passed, up.runs) < CHANCE:
        return True
    return by_chance(down.failed, down.runs, _rate(base.failed, base)) < CHANCE


def _but_for_forcings(request: RunRequest) -> RunRequest:
    return replace(request, forcings=())


@dataclass(frozen=True, slots=True, kw_only=True)
class TimingFlip:
    """A delay that makes the victim fail, and what heals it.

    Attributes:
        kind: "wait" (a longer wait heals), "race" (a pause inside of a window), "unawaited" (nothing waits), "early" (a signal
            that is given before the work is done), "overtaken" (what was started comes in between when the test itself is slow).
        sites: the wait, the window from its first to its last line, the signal, or where the work is started.
        delayed: what was late, for people.
        to_failing, to_passing, base: how the runs ended.
        failing_request, passing_request: what makes it fail, and pass.
        pause: what the test itself did slowly instead, for people; "" where something else was late.
    """

    kind: str
    sites: tuple[TracedSite, ...]
    delayed: str
    pause: str = ""
    to_failing: Tally
    to_passing: Tally
    base: Tally
    failing_request: RunRequest
    passing_request: RunRequest

    @property
    def accepted(self) -> bool:
        """Whether both directions hold, and not by chance."""
        if self.outside:
            down, up = self.to_failing, self.to_passing
            often = down.runs > 0 and down.failed >= 0.95 * down.runs and up.passed >= OUTSIDE * up.runs
            return often and apart(down.failed, down.runs, up.runs - up.passed, up.runs) < CHANCE
        alike = _but_for_forcings(self.failing_request) == _but_for_forcings(self.passing_request)
        return both_ways(self.to_failing, self.to_passing, self.base, alike=alike)

    @property
    def locked(self) -> bool:
        """Whether a lock is what healed it, not the mere absence of the pause."""
        return any(forcing.kind == "lock" for forcing in self.passing_request.forcings)

    @property
    def in_turns(self) -> bool:
        """Whether it was healed by running the threads one after the other."""
        return self.kind == "race" and any(forcing.kind == "hold" for forcing in self.passing_request.forcings)

    @property
    def outside(self) -> bool:
        """Whether it was healed by nothing but making the pause right before the window: then it fails as often as by itself."""
        return self.kind == "race" and not self.locked and not self.in_turns and bool(self.passing_request.forcings)


def _rate(hits: int, tally: Tally) -> float:
    # Laplace's rule: three passes do not show that it never fails.
    return (hits + 1) / (tally.runs + 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFlip:
    """Tests that flip the victim when they run before it.

    Attributes:
        tests: a minimal set of them, in the order in which they have to run.
        pollutes: True if they make it fail (polluters), False if they make it pass (state setters).
        with_them, alone: how the victim ended after them, and without.
        change: the piece of shared state that heals the victim when it is put back, if one was found.
        healed: how the victim ended with it put back.
        cut: how it ended when the polluter ended right before the line, where no state was seen to be written.
        write: the line of the project that wrote it, or after which the polluter pollutes.
        failure: a run in which the victim failed.
        with_request, alone_request: to run it after them, and alone.
    """

    tests: tuple[NodeId, ...]
    pollutes: bool
    with_them: Tally
    alone: Tally
    change: StateChange | None
    healed: Tally
    cut: Tally = Tally()
    write: StateWrite | None
    failure: RunResult
    with_request: RunRequest
    alone_request: RunRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionFlip:
    """Surroundings that make the victim fail, and the line that relies on them.

    Attributes:
        kind: of the setting, or "garbage", "identity" or "leftovers".
        name: what decides, for people.
        site: the line to name.
        others: sites that have to be treated as well before it passes; or the line of the test from which it is called.
        failing, passing: what was forced, for people.
        seen: what was seen, for the detail.
        to_failing, to_passing, base: how the runs ended.
        control: how they ended when the same was done at other sites, one at a time.
        failing_request, passing_request: what makes it fail, and pass.
    """

    kind: str
    name: str
    site: TracedSite
    others: tuple[TracedSite, ...] = ()
    failing: str
    passing: str
    seen: str = ""
    to_failing: Tally
    to_passing: Tally
    base: Tally
    control: Tally = Tally()
    failing_request: RunRequest
    passing_request: RunRequest

    @property
    def accepted(self) -> bool:
        """Whether both directions hold; one of them has to be more than what happens with nothing forced."""
        down, up, base = self.to_failing, self.to_passing, self.base
        return both_ways(down, up, base) or both_ways(up.swapped, down.swapped, base.swapped)
