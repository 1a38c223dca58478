"""Making something late, and asking whether the test fails as it was seen to fail: what all searches for timing flakes share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flakemark.events import EMPTY, TracedSite
from flakemark.isolate import workers
from flakemark.isolate.counting import BATCH, CONFIRMATIONS, tally, unforced
from flakemark.isolate.workers import Delay
from flakemark.isolation import OUTSIDE, Tally, TimingFlip
from flakemark.reproduction import Reproduction
from flakemark.runs import BudgetSpent, Forcing, Runner, RunRequest, RunResult, Told, run_what_fits

MOST_THREADS, MOST_SHARED, MOST_DELAYS = 8, 48, 6
MOST_COMPARED = 8  # runs
SHARE_OF_CONFIRMING = 0.2  # of the time that is left; never fewer than 2 * BATCH runs
ROUNDS = (1, 2, 5)  # a race fails by itself now and then: what always fails with a pause survives


class Lateness:
    """Runs of one test in which something is late.

    Args:
        runner: executes runs.
        found: has a passing run in which something else was at work.
        told: is told each step.
        share: of the time that is left, for searching; what was found is confirmed beyond it.
    """

    def __init__(self, runner: Runner, found: Reproduction, told: Told, share: float) -> None:
        self.runner, self.found, self.told = runner, found, told
        self.until = runner.seconds_left() * (1 - share)
        # Whether a thread reaches a line of the project before the test is over differs from run to run.
        # Where it fails every time, as it is slow while it is watched, what heals it still tells.
        passing = max((found.passing or found.failing)[:MOST_COMPARED], key=lambda run: len(run.trace.threads) if run.trace else 0)
        self.request = replace(passing.request, trace=False, forcings=())
        self.trace = passing.trace or EMPTY
        self.busiest = workers.busiest(
            [self.trace, *(run.trace for run in (*found.passing[:MOST_COMPARED], *found.failing[:MOST_COMPARED]) if run.trace)]
        )
        self.own = workers.own_threads(self.trace, self.request.victim)
        self.base = unforced(found)

    def failing(self, delays: Sequence[Delay]) -> list[Delay]:
        """Keep the delays with which every run fails; the first of each thread first."""
        kept = list(delays)
        for times in ROUNDS:
            fails = self.fails([(delay.forcing,) for delay in kept for _ in range(times)])
            kept = [delay for place, delay in enumerate(kept) if all(fails[place * times : (place + 1) * times])]
            kept = _of_each_thread(kept)[: 2 * MOST_DELAYS]
        return kept[:MOST_DELAYS]

    def fails(self, forcings: Sequence[tuple[Forcing, ...]]) -> list[bool]:
        """Run once with each of these, and say which runs fail in the wanted way."""
        results = self.run([self.forced(*chosen) for chosen in forcings])
        return [self.found.fails_as_wanted(result) for result in results]

    def run(self, requests: Sequence[RunRequest]) -> list[RunResult]:
        """Execute requests.

        Raises:
            BudgetSpent: the share of the time that the search may take is up.
        """
        if self.runner.seconds_left() < self.until:
            raise BudgetSpent
        return self.runner.run(requests)

    def forced(self, *forcings: Forcing) -> RunRequest:
        """Return a run of the victim with these alone."""
        return replace(self.request, forcings=forcings)

    def first_that_heals(
        self, kind: str, delay: Delay, failing: RunRequest, ways: Sequence[tuple[TracedSite, RunRequest]]
    ) -> TimingFlip | None:
        """Run each way once, and confirm those that pass, in their order, until one of them holds.

        Args:
            kind: of the flip.
            delay: what is late.
            failing: a run with nothing but that.
            ways: the line that each of them speaks for, and a run in which it may be healed.
        """
        for (site, request), result in zip(ways, self.run([request for _, request in ways]), strict=True):
            flip = self.confirmed(kind, (site,), delay, failing, request) if result.passed else None
            if flip is not None:
                return flip
        return None

    def confirmed(
        self, kind: str, sites: tuple[TracedSite, ...], delay: Delay, failing: RunRequest, passing: RunRequest
    ) -> TimingFlip | None:
        """Repeat both ways in turns; None unless both hold, and not by chance."""
        place = sites[0].site
        self.told(f"confirming {place.file}:{place.line}")
        until = self.runner.seconds_left() * (1 - SHARE_OF_CONFIRMING)
        down, up, flip = Tally(), Tally(), None
        while down.runs < CONFIRMATIONS and self.runner.seconds_left() > (0 if down.runs < 2 * BATCH else until):
            # In turns: what changes in the meantime (the load) changes for both.
            down = down + self.count(run_what_fits(self.runner, [failing] * BATCH))
            up = up + self.count(run_what_fits(self.runner, _repeated(failing, passing, up.runs)))
            flip = TimingFlip(
                kind=kind, sites=sites, delayed=delay.name, pause=delay.pause, to_failing=down, to_passing=up, base=self.base,
                failing_request=failing, passing_request=passing,
            )  # fmt: skip
            if down.failed < 0.8 * down.runs or up.passed < (OUTSIDE if flip.outside else 0.8) * up.runs:
                return None
        return flip if flip is not None and flip.accepted else None

    def count(self, results: Sequence[RunResult]) -> Tally:
        """Count how runs ended; only the wanted failure counts as failed."""
        return tally(self.found, results)


def _repeated(failing: RunRequest, passing: RunRequest, already: int) -> list[RunRequest]:
    """Repeat what passes; with other draws every time where only the place of a pause differs: it may change who draws what."""
    kinds = [[forcing.kind for forcing in request.forcings] for request in (failing, passing)]
    elsewhere = kinds[0] == kinds[1] and failing.forcings != passing.forcings
    return [replace(passing, seed=passing.seed + already + number) if elsewhere else passing for number in range(BATCH)]


def _of_each_thread(delays: Sequence[Delay]) -> list[Delay]:
    """Put the first delay of each thread first: where nearly everything fails, one of each says as much as all of them."""
    firsts = {delay.thread: delay for delay in reversed(delays)}
    return [
        *(delay for delay in delays if firsts[delay.thread] is delay),
        *(delay for delay in delays if firsts[delay.thread] is not delay),
    ]
