"""The order in which runs are tried until there is a passing and a failing one."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice

from flakemark.model import FailedTest, NodeId, TestOrder
from flakemark.recorded import RecordedFailure
from flakemark.reproduce.batches import batches
from flakemark.reproduce.matching import reported
from flakemark.reproduce.orders import Orders
from flakemark.reproduce.perturb import Perturbation, all_orders, draws_alike, perturbations
from flakemark.reproduce.worlds import Worlds
from flakemark.reproduction import Reproduction
from flakemark.runs import (
    GARBAGE,
    BudgetSpent,
    Failure,
    Forcing,
    Outcome,
    Runner,
    RunRequest,
    RunResult,
    Told,
    run_what_fits,
    speaks_of_garbage,
    traced,
)
from flakemark.sources import ReadFile, no_file

FIRST_LOOK, NATURAL = 16, 48  # runs alone: before other tests are run first, and before anything else is changed
BATCH = 8
FRESH = 8
MANY, MORE_NATURAL = 1_000, 4_000  # forks alone until processes of their own are tried, and runs at most
SHARE_OF_REPEATING = 0.45
SPINNERS, LOADED = 2, 16  # processes beside each run, and runs beside them


class Search:
    """The search for both outcomes of one test; `run` tries what is clever, `go_on` what is patient.

    Args:
        runner: executes runs; its budget bounds the search.
        test: the victim; what its JUnit report says decides which failure is the right one.
        order: all tests of the failed session, in the order in which they ran.
        told: is told each step, for the progress.
        recorded: the trace of a natural failure, if one was kept; then nothing has to fail again by luck.
        met: what other failed tests of the same session need to run before them; tried first.
        read_file: returns the text of a file of the project, for the names of variables that it reads.
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
        read_file: ReadFile = no_file,
    ) -> None:
        self.runner, self.test, self.told, self.recorded = runner, test, told, recorded
        self.found = Reproduction(wants=self._wanted)
        kept = (Forcing(kind=GARBAGE),) if speaks_of_garbage(test.message) else ()
        self.orders = Orders(runner, test.nodeid, self.found, order=order, told=told, met=met, forcings=kept)
        self.worlds = Worlds(runner, test, self.found, ran_before=self.orders.ran_before, told=told, read_file=read_file)
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
                self.worlds.in_parts()
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
            self.worlds.limits,
            self.orders.once,
            self.worlds.outages,
            self._forked_again,
            self.orders.again,
            self._under_load,
            self._orders,
            self._perturbed_first,
            self.worlds.other_environments,
            self.worlds.other_moments,
            self._perturbed,
            self.worlds.other_environments_from_the_start,
            self.worlds.passes_elsewhere,
            self._fresh,
            self._fresh_perturbed,
        ):
            if self.found.complete or self.found.ordered is not None or self.found.outage is not None:
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
        if not self.found.may_be_provoked or not kinds & {"clock", "wait", "completion", "start", "process"}:
            return
        self.told("with the cores busy")
        busy = (Forcing(kind="busy", edge=SPINNERS),)
        for start in range(1, 1 + LOADED, BATCH):
            results = run_what_fits(self.runner, [replace(traced(self.test.nodeid, n), forcings=busy) for n in range(start, start + BATCH)])
            failed = sum(map(self.found.fails_as_wanted, results))
            self.found.surroundings.append(("with the cores busy", sum(result.passed for result in results), failed))
            self.found.keep([result for result in results if result.failed], natural=False)
            if failed:
                self.found.perturbation = "the cores were busy"
                return

    def _fresh(self) -> None:
        """Causes at import or of the process: only where the plain runs say that both outcomes exist, one is missing, or draws repeat."""
        if self._mixed_plainly() or self.found.everything_failed or self.found.never_passed_in_forks or self._draws_alike():
            self.told("repeating in fresh processes")
            requests = [traced(self.test.nodeid, n, fresh=True) for n in range(1, FRESH + 1)]
            for start in range(0, FRESH, 2):
                self.found.keep(self.runner.run(requests[start : start + 2]), natural=True)
                if self._fresh_pair():
                    break
            self._only_fresh()

    def _draws_alike(self) -> bool:
        return self.found.known and draws_alike(
            [run.trace for run in self.found.natural if run.trace is not None and not run.request.fresh]
        )

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
        for batch in batches(islice(plans, most), 2):
            if self.found.complete or not self._time_left():
                return
            self._try(batch, fresh=fresh)

    def _try(self, batch: Sequence[Perturbation], *, fresh: bool) -> None:
        self.told(batch[0].title)
        requests = [replace(traced(self.test.nodeid, 1, fresh=fresh), forcings=plan.forcings) for plan in batch]
        before = self.found.complete
        for plan, result in zip(batch, self.runner.run(requests), strict=True):
            self.found.keep([result], natural=False)
            if self.found.complete and not before and not self.found.perturbation:
                self.found.perturbation = plan.title
            else:
                self.found.tried.append(plan.title)

    def _repeated(self) -> None:
        if self.found.everything_failed or not self.found.known or self.found.strange:
            return  # a real bug, nothing to look for, or something that fails by itself in another way
        self.told("repeating for a rare failure")
        # What is drawn while modules are imported or classes are made is the same in every fork.
        start, fresh = NATURAL + 1, self._draws_alike() or self._mixed_plainly()
        while not self.found.complete and self._time_left() and start < MORE_NATURAL:
            self._repeat(BATCH * 4, start=start, fresh=fresh or start > MANY)
            self._reorder(BATCH * 2, start=start)
            start += BATCH * 4
        self._only_fresh()

    def _reorder(self, times: int, start: int) -> None:
        """Other orders, which all forks of one process share: nothing but a hash seed, or a file system, would bring them by itself."""
        traces = [result.trace for result in self.found.natural if result.trace is not None][:1]
        for batch in batches(all_orders(traces, range(start, start + times)), BATCH):
            if self.found.complete or not self._time_left():
                return
            self._try(batch, fresh=False)

    def _repeat(self, times: int, start: int, *, fresh: bool = False) -> None:
        for first in range(start, start + times, BATCH):
            if self.found.complete or not self._time_left():
                return
            self.found.keep(
                run_what_fits(self.runner, [traced(self.test.nodeid, n, fresh=fresh) for n in range(first, first + BATCH)]), natural=True
            )

    def _time_left(self) -> bool:
        return self.runner.seconds_left() > self.reserve

    def _wanted(self, failure: Failure) -> bool:
        return failure.is_like(self.found.failure) if self.found.failure else reported(self.test, failure)

    def _accept_strange(self) -> None:
        """If the reported failure never came but another one came by itself, that one is explained."""
        if not self.found.failing and self.found.strange:
            self.found.failure = self.found.strange[0].failure
            self.found.failing = [result for result in self.found.strange if result.failure and result.failure.is_like(self.found.failure)]
