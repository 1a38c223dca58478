"""The cyclic garbage collector: the line after which something that is still needed can be collected, or is not yet.

Collecting after the first evaluation of every site, and never, are the two sides. Collecting at the first sites only, and at
the last ones only, are monotone; a binary search bounds the interval in which a collection decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from flakemark.events import Trace, TracedSite
from flakemark.isolate.counting import BATCH, both_in_turns, tally, unforced
from flakemark.isolate.workers import own_threads
from flakemark.isolation import ConditionFlip
from flakemark.reproduction import Reproduction
from flakemark.runs import BudgetSpent, Forcing, Runner, RunRequest, RunResult, Told
from flakemark.sources import ReadFile

MOST_SITES = 400
AGAIN = 3
PAUSE = 0.05  # seconds; a collection takes less
_WEAK = ("weakref", "__del__")
NEVER = Forcing(kind="collect", what="never")


def isolate_garbage(runner: Runner, found: Reproduction, told: Told) -> ConditionFlip | None:
    """Find the line from which on a collection of garbage decides the outcome.

    Args:
        runner: executes runs.
        found: has a traced run that passed.
        told: is told each step.

    Returns:
        None if collecting at once and never collecting end alike.
    """
    traced = [result for result in (*found.passing, *found.failing) if result.trace is not None and result.trace.events]
    if not traced:
        return None
    with suppress(BudgetSpent):
        return _Garbage(runner, found, traced[0], told).run()
    return None


def holds_weakly(runs: Sequence[RunResult], read_file: ReadFile) -> bool:
    """Whether the code that ran says what is to happen when objects die: then a collection decides more than whose turn it is."""
    files = {site.site.file for run in runs if run.trace is not None for site in run.trace.sites}
    return any(words in read_file(file) for file in files for words in _WEAK)


class _Garbage:
    def __init__(self, runner: Runner, found: Reproduction, traced: RunResult, told: Told) -> None:
        self.runner, self.found, self.told = runner, found, told
        # Collecting is up to us on both sides, so that forks are as good as fresh processes, and much cheaper.
        self.request = replace(traced.request, forcings=(NEVER,), trace=False, fresh=False)
        self.trace = traced.trace or Trace((), (), ())
        self.sites = _in_order_of_first_evaluation(self.trace)

    def run(self) -> ConditionFlip | None:
        """Which side fails, then where the interval begins and ends."""
        self.told("collecting garbage after every evaluation, and never")
        always, never = self._with(self.sites), self._with(())
        results = self.runner.run([always, never] * AGAIN)
        ends = [("failed" if self.found.fails_as_wanted(one) else "passed" if one.passed else "other") for one in results]
        sides = set(ends[::2]), set(ends[1::2])
        if sides == ({"failed"}, {"passed"}):
            return self._too_early()
        if sides == ({"passed"}, {"failed"}):
            return self._too_late()
        return None

    def _too_early(self) -> ConditionFlip | None:
        """Something is collected while it is needed: named is what was evaluated last before it could be collected."""
        opens = _first(len(self.sites), lambda count: self._fails(self.sites[:count]))
        if opens < 2:
            return None
        named, inside = self.sites[opens - 2], self.sites[opens - 1]
        failing = self._with((inside,))
        return self._confirmed(named, failing, self._with(self.sites[: opens - 1]), inside)

    def _too_late(self) -> ConditionFlip | None:
        """Something has to be collected before it is asked for: named is what is evaluated after the last collection that heals."""
        after = _first(len(self.sites), lambda count: not self._heals(self.sites[count - 1 :]))
        place = min(max(after - 1, 0), len(self.sites) - 1)
        named, inside = self.sites[place], self.sites[max(place - 1, 0)]
        return self._confirmed(self._asks_too_early(named), self._with(()), self._with((inside,)), inside)

    def _asks_too_early(self, named: TracedSite) -> TracedSite:
        """Choose between test and package: whoever lets go of it takes for granted that it is gone."""
        file = self.request.victim.split("::", maxsplit=1)[0]
        lets_go = self._lets_go()
        if lets_go is None or lets_go.site.file == file:
            return self._in_the_test(named)
        return named if named.site.file != file else lets_go

    def _lets_go(self) -> TracedSite | None:
        """Find what the test's own threads evaluate last before a collection can heal."""
        own = own_threads(self.trace, self.request.victim)
        mine = {self.trace.sites[event.site] for event in self.trace.events if self.trace.threads[event.thread] in own}
        sites = [site for site in self.sites if site in mine]
        heals = _first(len(sites), lambda count: self._heals(sites[:count]))
        return sites[heals - 2] if 1 < heals <= len(sites) else None

    def _in_the_test(self, site: TracedSite) -> TracedSite:
        """Climb to the line of the test that asks: it is the test that takes for granted that something is gone by then."""
        file = self.request.victim.split("::", maxsplit=1)[0]
        sites = [self.trace.sites[event.site] for event in self.trace.events]
        after = sites[sites.index(site) :]
        return next((one for one in after if one.site.file == file), site)

    def _fails(self, sites: Sequence[TracedSite]) -> bool:
        return self.found.fails_as_wanted(self.runner.run([self._with(sites)])[0])

    def _heals(self, sites: Sequence[TracedSite]) -> bool:
        return self.runner.run([self._with(sites)])[0].passed

    def _with(self, sites: Sequence[TracedSite]) -> RunRequest:
        forcings = tuple(Forcing(kind="collect", site=site.site.key) for site in sites)
        return replace(self.request, forcings=(*self.request.forcings, *forcings))

    def _confirmed(self, site: TracedSite, failing: RunRequest, passing: RunRequest, inside: TracedSite) -> ConditionFlip | None:
        self.told(f"confirming {site.site.file}:{site.site.line}")
        down, up = both_in_turns(self.runner, self.found, failing, passing)
        at = f"{inside.site.file}:{inside.site.line}"
        early = failing.forcings != (NEVER,)
        before = len(passing.forcings) - 1
        flip = ConditionFlip(
            kind="garbage", name="when garbage is collected", site=site, others=(inside,),
            failing=f"garbage is collected in {at}" if early else "garbage is not collected",
            passing=f"only at the {before} sites before" if early else f"garbage is collected in {at}",
            to_failing=down, to_passing=up, base=unforced(self.found), failing_request=failing, passing_request=passing,
        )  # fmt: skip
        return flip if flip.accepted and not self._takes_time_alone(inside, fails=early) else None

    def _takes_time_alone(self, inside: TracedSite, *, fails: bool) -> bool:
        """Whether a mere pause at the same place ends as the collection does: then it is the time that it takes, and no object."""
        pause = Forcing(kind="delay", site=inside.site.key, seconds=PAUSE)
        request = replace(self.request, forcings=(*self.request.forcings, pause))
        paused = tally(self.found, self.runner.run([request] * BATCH))
        return 2 * (paused.failed if fails else paused.passed) > paused.runs


def _first(most: int, holds: Callable[[int], bool]) -> int:
    """Find the smallest count, from 1, for which a monotone predicate holds; one more than all if for none."""
    low, high = 1, most + 1
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _in_order_of_first_evaluation(trace: Trace) -> list[TracedSite]:
    """List the sites whose evaluation can be followed by a collection; places in loops count where they come first."""
    found = dict.fromkeys(trace.sites[event.site] for event in trace.events)
    return [site for site in found if site.site.kind not in ("iterate", "await")][:MOST_SITES]
