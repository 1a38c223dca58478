"""The nouns of a reproduction: worlds, settings, and what was tried and found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from flakemark.runs import Failure, Forcing, RunRequest, RunResult


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
