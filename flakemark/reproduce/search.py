"""The order in which runs are tried until there is a passing and a failing one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import TypeVar

from flakemark.events import WALL_CLOCKS
from flakemark.model import FailedTest, NodeId, TestOrder
from flakemark.recorded import RecordedFailure
from flakemark.reproduce.matching import reported
from flakemark.reproduce.orders import Orders
from flakemark.reproduce.perturb import Perturbation, perturbations
from flakemark.reproduce.settings import (
    descriptors,
    elsewhere,
    environments,
    moments,
    other_times,
    ports,
    rights_and_directory,
    short_reads,
    standstill,
    ticks,
)
from flakemark.runs import (
    BudgetSpent,
    Failure,
    Forcing,
    Outcome,
    Reproduction,
    Runner,
    RunRequest,
    RunResult,
    Setting,
    Told,
    World,
    run_what_fits,
)

FIRST_LOOK, NATURAL = 16, 48  # runs alone: before other tests are run first, and before anything else is changed
BATCH = 8
FRESH = 8
PORT_IN_USE = ("Address already in use", "Only one usage of each socket address", "EADDRINUSE")
TOO_MANY_FILES = ("Too many open files", "EMFILE", "too many file descriptors")
MORE_NATURAL = 4_000
SHARE_OF_REPEATING = 0.45
SPINNERS, LOADED = 2, 16  # processes beside each run, and runs beside them

T = TypeVar("T")


class Search:
    """The search for both outcomes of one test; `run` tries what is clever, `go_on` what is patient.

    Args:
        runner: executes runs; its budget bounds the search.
        test: the victim; what its JUnit report says decides which failure is the right one.
        order: all tests of the failed session, in the order in which they ran.
        told: is told each step, for the progress.
        recorded: the trace of a natural failure, if one was kept; then nothing has to fail again by luck.
        met: what other failed tests of the same session need to run before them; tried first.
    """

    def __init__(
        self,
        runner: Runner,
        test: FailedTest,
        *,
        order: Sequence[NodeId] = (),
        told: Told,
        recorded: RecordedFailure | None = None,
        met: Sequence[TestOrder] = (),
    ) -> None:
        self.runner, self.test, self.told, self.recorded = runner, test, told, recorded
        self.found = Reproduction(wants=self._wanted)
        self.orders = Orders(runner, test.nodeid, self.found, order=order, told=told, met=met)
        self.reserve = runner.seconds_left() * (1 - SHARE_OF_REPEATING)  # kept for isolating and confirming
        self.found.known = bool(test.message or test.crash)

    def run(self, runs: int) -> Reproduction:
        """Try everything but patience, cheapest first, until both outcomes were traced.

        Args:
            runs: plain runs to begin with.

        Returns:
            what was found; incomplete if one of the outcomes never came.
        """
        try:
            self._plain(runs)
            self._steps()
            if self.found.failing:
                self._in_parts()
        except BudgetSpent:
            self.told("the budget is used up")
        self._accept_strange()
        return self.found

    def without_record(self) -> Reproduction:
        """Look for a failure that can be repeated, where forcing what was recorded of the first one flipped nothing."""
        self.recorded = None
        self.found.recorded, self.found.failing = False, []
        with suppress(BudgetSpent):
            self._steps()
        self._accept_strange()
        return self.found

    def go_on(self) -> Reproduction:
        """Repeat for a rare failure, as long as the budget allows."""
        with suppress(BudgetSpent):
            self._repeated()
        self._accept_strange()
        return self.found

    def _steps(self) -> None:
        for step in (
            self._from_record,
            self._forked,
            self._limits,
            self.orders.once,
            self._forked_again,
            self.orders.again,
            self._under_load,
            self._orders,
            self._perturbed_first,
            self._environments,
            self._moments,
            self._perturbed,
            self._environments_from_the_start,
            self._passes_elsewhere,
            self._fresh,
            self._fresh_perturbed,
        ):
            if self.found.complete or self.found.ordered is not None:
                return
            step()

    def _plain(self, runs: int) -> None:
        self.told(f"{runs} plain runs")
        base = RunRequest(victim=self.test.nodeid, fresh=True, probes=False)
        self.found.plain = run_what_fits(self.runner, [replace(base, seed=n, hash_seed=n) for n in range(1, runs + 1)])
        self.found.known = self.found.known or any(result.failed for result in self.found.plain)

    def _from_record(self) -> None:
        """A recorded failure is the failing side: one passing run beside it is enough."""
        if self.recorded is None:
            return
        self.told("a passing run beside the recorded failure")
        self._repeat(BATCH, start=1)
        if self.found.passing and not self.found.failing:
            request = self.found.passing[0].request
            self.found.failure = self.recorded.failure
            self.found.failing = [
                RunResult(request=request, outcome=Outcome.FAILED, seconds=0.0, failure=self.recorded.failure, trace=self.recorded.trace)
            ]
            self.found.recorded = True

    def _forked(self) -> None:
        self.told("repeating, traced")
        self._repeat(FIRST_LOOK, start=1)

    def _forked_again(self) -> None:
        self.told("repeating, traced")
        self._repeat(NATURAL - FIRST_LOOK, start=FIRST_LOOK + 1)

    def _under_load(self) -> None:
        """With the cores busy, if the test waits for something or measures time: what is late then by itself need not be delayed."""
        kinds = {site.source_kind for run in self.found.passing[:4] if run.trace is not None for site in run.trace.sites}
        if not self._may_be_provoked() or not kinds & {"clock", "wait", "completion", "start", "process"}:
            return
        self.told("with the cores busy")
        busy = (Forcing(kind="busy", edge=SPINNERS),)
        for start in range(1, 1 + LOADED, BATCH):
            results = run_what_fits(self.runner, [replace(self._request(n), forcings=busy) for n in range(start, start + BATCH)])
            failed = sum(map(self.found.fails_as_wanted, results))
            self.found.surroundings.append(("with the cores busy", sum(result.passed for result in results), failed))
            self._keep([result for result in results if result.failed], natural=False)
            if failed:
                self.found.perturbation = "the cores were busy"
                return

    def _environments(self) -> None:
        """Settings of other machines, changed in forks: what is read while the test runs."""
        if self._may_be_provoked():
            self.told("other time zones, locales, variables and xdist workers")
            self._settings([*environments(os.environ), *rights_and_directory()], self._request(1))

    def _environments_from_the_start(self) -> None:
        """The same in fresh processes, one each: what the interpreter reads, and what the project reads while it is imported."""
        if not self._may_be_provoked():
            return
        self.told("other locales and variables from the start of the process")
        base = replace(self._request(1, fresh=True), hash_seed=1)
        read = self._read_at_import(self.runner.run([base])[0])
        self._settings([one for one in environments(os.environ) if one.matters_at_start(read)], base)

    def _read_at_import(self, fresh: RunResult) -> frozenset[str]:
        """Return the kinds of sources that are evaluated in a fresh process, but not in a fork."""
        forked = {site.site.key for run in self.found.natural[:4] if run.trace is not None for site in run.trace.sites}
        sites = fresh.trace.sites if fresh.trace is not None else ()
        return frozenset(site.source_kind for site in sites if site.site.key not in forked)

    def _moments(self) -> None:
        """Other dates and times of day, where a wall clock is read."""
        if not self._may_be_provoked():
            return
        if self._touches("clock", "file"):
            self.told("coarse clocks and times of files")
            self._settings(ticks(), self._request(1))
        if self.found.setting is None and self._touches(*WALL_CLOCKS):
            self.told("other moments: midnight, ends of months, clock changes")
            self._settings(moments(datetime.now()), self._request(1))  # noqa: DTZ005 - the local time is what tests meet

    def _passes_elsewhere(self) -> None:
        """What fails here and now, every time, may be right at another time or place; a real bug is wrong in all of them."""
        if not self.found.known or not self._never_passed_in_forks() or self.found.strange:
            return
        self.told("whether it passes in other time zones and locales, and at other times")
        times = other_times(datetime.now()) if self._touches(*WALL_CLOCKS) else []  # noqa: DTZ005 - the local time is what tests meet
        slow = standstill() if self._touches("clock") else []
        self._settings([*slow, *times, *elsewhere(os.environ)], self._request(1), healing=True)

    def _limits(self) -> None:
        """Only where the failure speaks of them: ports that are used already, descriptors; and answers that come in parts."""
        if self._may_be_provoked() and any(words in self.test.message for words in PORT_IN_USE):
            self.told("ports that stay in use, or are taken by others")
            for before in dict.fromkeys([self.orders.ran_before, ()]):
                self._settings(ports(), replace(self._request(1), before=before))
        if self._may_be_provoked() and any(words in self.test.message for words in TOO_MANY_FILES):
            self.told("fewer files can be open at once")
            self._settings(descriptors(), self._request(1))
        if self._may_be_provoked():
            self._in_parts()

    def _in_parts(self) -> None:
        """How much of a message arrives at once is left to the network; where that is enough, nothing of the test is to blame."""
        if self.found.known and not self.found.perturbation and not self.found.strange and self._touches("socket.recv"):
            self.told("what is received comes in parts")
            self._settings(short_reads(), self._request(1))

    def _touches(self, *wanted: str) -> bool:
        """Whether a source of one of these kinds, or names, is evaluated in the first traced run."""
        trace = next((result.trace for result in self.found.natural if result.trace is not None), None)
        return trace is not None and any({site.source_kind, site.source_name} & {*wanted} for site in trace.sites)

    def _may_be_provoked(self) -> bool:
        return self.found.known and not self.found.failing and not self.found.strange

    def _settings(self, settings: Sequence[Setting], base: RunRequest, *, healing: bool = False) -> None:
        """Look for a setting whose failing side makes the test fail; or, with `healing`, whose passing side makes it pass."""
        for batch in _batches(iter(settings), BATCH // 2 if base.fresh else BATCH):
            if self.found.setting is not None:
                return
            worlds = [setting.passing if healing else setting.failing for setting in batch]
            results = self.runner.run([world.whole(base) for world in worlds])
            for setting, world, result in zip(batch, worlds, results, strict=True):
                changed = result.passed if healing else self.found.fails_as_wanted(result)
                if self.found.setting is None and changed and self._decides(setting, base):
                    self.found.setting, self.found.perturbation = setting, _titled(world, base)
                    self._keep([result], natural=False)
                else:
                    self.found.tried.append(_titled(world, base))

    def _decides(self, setting: Setting, base: RunRequest) -> bool:
        """Whether both sides of a setting repeat: or else it was not the setting, something else differs between processes."""
        failing, passing = setting.failing.whole(base), setting.passing.whole(base)
        first, second, again = self.runner.run([passing, passing, failing])
        decides = first.passed and second.passed and self.found.fails_as_wanted(again)
        if decides:
            self.found.passing = [first, second]
        return decides

    def _fresh(self) -> None:
        """Causes at import or of the process: only where the plain runs say that both outcomes exist, or one is missing."""
        if self._mixed_plainly() or self.found.everything_failed or self._never_passed_in_forks():
            self.told("repeating in fresh processes")
            requests = [self._request(n, fresh=True) for n in range(1, FRESH + 1)]
            for start in range(0, FRESH, 2):
                self._keep(self.runner.run(requests[start : start + 2]), natural=True)
                if self._fresh_pair():
                    break
            self._only_fresh()

    def _never_passed_in_forks(self) -> bool:
        return bool(self.found.failing) and not self.found.passing

    def _mixed_plainly(self) -> bool:
        return len({result.failed for result in self.found.plain}) > 1

    def _fresh_pair(self) -> bool:
        return all(any(result.request.fresh for result in side) for side in (self.found.passing, self.found.failing))

    def _only_fresh(self) -> None:
        """Compare like with like: where forks show one outcome only, fresh runs are compared with fresh runs."""
        if self._fresh_pair():
            self.found.passing = [result for result in self.found.passing if result.request.fresh]
            self.found.failing = [result for result in self.found.failing if result.request.fresh]

    def _orders(self) -> None:
        """Orders of sets and listings: cheaper in forks than another hash seed in a fresh process."""
        self._perturb(fresh=False, most=12, extremes=False)

    def _perturbed_first(self) -> None:
        """The likeliest extremes; the others have to wait until settings were tried, which are few."""
        self._perturb(fresh=False, most=BATCH * 3, extremes=self.found.known and not self.found.everything_failed)

    def _perturbed(self) -> None:
        # A failure that nothing heals by itself is not called flaky because an extreme draw or a jumping clock hides it.
        self._perturb(fresh=False, extremes=self.found.known and not self.found.everything_failed)

    def _fresh_perturbed(self) -> None:
        """Sets and draws at import time can only be perturbed in processes of their own."""
        if any(result.request.fresh for result in self.found.natural) or not self.found.natural:
            self._perturb(fresh=True, most=6, extremes=self.found.known and not self.found.everything_failed)

    def _perturb(self, *, fresh: bool, extremes: bool, most: int = 400) -> None:
        traces = [result.trace for result in self.found.natural if result.trace is not None and result.request.fresh == fresh][:6]
        if not traces:
            return
        plans = (plan for plan in perturbations(traces, extremes=extremes) if plan.title not in self.found.tried)
        for batch in _batches(islice(plans, most), 2):
            if self.found.complete or not self._time_left():
                return
            self._try(batch, fresh=fresh)

    def _try(self, batch: Sequence[Perturbation], *, fresh: bool) -> None:
        self.told(batch[0].title)
        requests = [replace(self._request(1, fresh=fresh), forcings=plan.forcings) for plan in batch]
        before = self.found.complete
        for plan, result in zip(batch, self.runner.run(requests), strict=True):
            self._keep([result], natural=False)
            if self.found.complete and not before and not self.found.perturbation:
                self.found.perturbation = plan.title
            else:
                self.found.tried.append(plan.title)

    def _repeated(self) -> None:
        if self.found.everything_failed or not self.found.known or self.found.strange:
            return  # a real bug, nothing to look for, or something that fails by itself in another way
        self.told("repeating for a rare failure")
        start = NATURAL + 1
        while not self.found.complete and self._time_left() and start < MORE_NATURAL:
            self._repeat(BATCH * 4, start=start)
            start += BATCH * 4

    def _repeat(self, times: int, start: int) -> None:
        for first in range(start, start + times, BATCH):
            if self.found.complete or not self._time_left():
                return
            self._keep(run_what_fits(self.runner, [self._request(n) for n in range(first, first + BATCH)]), natural=True)

    def _time_left(self) -> bool:
        return self.runner.seconds_left() > self.reserve

    def _request(self, number: int, *, fresh: bool = False) -> RunRequest:
        return RunRequest(victim=self.test.nodeid, seed=number, hash_seed=number, fresh=fresh, trace=True)

    def _keep(self, results: Sequence[RunResult], *, natural: bool) -> None:
        if natural:
            self.found.natural.extend(results)
        for result in results:
            if result.passed:
                self.found.passing.append(result)
            elif result.failed:
                self._keep_failing(result, natural=natural)

    def _keep_failing(self, result: RunResult, *, natural: bool) -> None:
        failure = result.failure
        if failure is not None and self._wanted(failure):
            self.found.failure = self.found.failure or failure
            self.found.failing.append(result)
            self.found.known = self.found.known or natural
        elif natural:
            self.found.strange.append(result)

    def _wanted(self, failure: Failure) -> bool:
        return failure.is_like(self.found.failure) if self.found.failure else reported(self.test, failure)

    def _accept_strange(self) -> None:
        """If the reported failure never came but another one came by itself, that one is explained."""
        if not self.found.failing and self.found.strange:
            self.found.failure = self.found.strange[0].failure
            self.found.failing = [result for result in self.found.strange if result.failure and result.failure.is_like(self.found.failure)]


def _titled(world: World, base: RunRequest) -> str:
    surroundings = f" after {len(base.before)} other tests" if base.before else " from the start of the process" if base.fresh else ""
    return f"{world.name}{surroundings}"


def _batches(plans: Iterator[T], size: int) -> Iterator[list[T]]:
    while batch := list(islice(plans, size)):
        yield batch
