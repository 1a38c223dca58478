"""The interventions: screen the suspects, minimise a set of them, confirm the flip in both directions.

Source: replacing state in both directions is from W. N. Sumner, X. Zhang, "Comparative Causality", ICSE 2013.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from flakemark.divergence import Align
from flakemark.isolate.clocks import clock_suspects, readings
from flakemark.isolate.minimise import minimise
from flakemark.isolate.suspects import ORDER_KINDS, suspects
from flakemark.isolation import Flip, Isolation, Suspect, Tally
from flakemark.runs import BudgetSpent, Failure, Forcing, Reproduction, Runner, RunRequest, RunResult, Told

STABILITY = 3
SCREENED = 160
UNSTABLE_ROUNDS = (2, 4)
BATCH = 8
ENOUGH = 3
CONFIRMATIONS = 30


def isolate(runner: Runner, found: Reproduction, align: Align, told: Told) -> Isolation:
    """Find the earliest site that flips the outcome both ways.

    Args:
        runner: executes runs; nothing is started when its budget is used up.
        found: a complete reproduction.
        align: compares two traces.
        told: is told each step.
    """
    return _Isolator(runner, found, align, told).run()


class _Isolator:
    def __init__(self, runner: Runner, found: Reproduction, align: Align, told: Told) -> None:
        self.runner, self.told = runner, told
        self.failure = found.failure
        self.align = align
        self.passing, self.failing = _closest(found, align)
        self.result = Isolation()
        self.base = Tally()
        self.stable = False

    def run(self) -> Isolation:
        """Screen, then confirm."""
        self.result.suspects, self.result.divergences = suspects(self.passing, self.failing, self.align)
        if not self.result.suspects and not self._has_clocks():
            return self.result
        try:
            self._intervene()
        except BudgetSpent:
            self.told("the budget is used up")
        return self.result

    def _intervene(self) -> None:
        self.told("checking that both runs repeat")
        self._measure_base()
        for group in self._candidates():
            flip = self._confirmed(group)
            if flip.accepted:
                self.result.flips.append(flip)
                break
        self._look_at_effect()

    def _has_clocks(self) -> bool:
        return self.passing.trace is not None and bool(readings(self.passing.trace))

    def _candidates(self) -> Iterator[tuple[Suspect, ...]]:
        """Yield what flips in a few runs: known sources first, then clock intervals, then values that come from nowhere."""
        flipping = self._screen(self.result.suspects[:SCREENED])
        known = [group for group in flipping if group[0].known]
        yield from sorted(known, key=_is_value)
        self.clocks = clock_suspects(self.runner, self.passing, self.failure, self.told)
        if self.clocks:
            yield (self.clocks[0],)
        yield from (group for group in flipping if not group[0].known)
        if not flipping:
            yield from self._minimised(self.result.suspects[:SCREENED])

    # screening

    def _measure_base(self) -> None:
        down = self._tally(self.passing.request, (), STABILITY)
        up = self._tally(self.failing.request, (), STABILITY)
        self.base = down
        self.stable = down.passed == down.runs and up.failed == up.runs
        if not self.stable:
            self.base = self._tally(self.passing.request, (), 4 * STABILITY)

    def _screen(self, candidates: Sequence[Suspect]) -> list[tuple[Suspect, ...]]:
        """Return the suspects that flip the outcome both ways in a few runs, earliest first."""
        flipping: list[tuple[Suspect, ...]] = []
        for start in range(0, len(candidates), BATCH):
            if len(flipping) >= ENOUGH:
                break
            batch = candidates[start : start + BATCH]
            self.told(f"forcing suspects {start + 1} to {start + len(batch)} of {len(candidates)}")
            for times in self.rounds:
                batch = self._flipped_down(batch, times)
            flipping += [(suspect,) for suspect in batch if all(self._flips_up((suspect,), times) for times in self.rounds)]
        return flipping

    def _flipped_down(self, batch: Sequence[Suspect], times: int) -> list[Suspect]:
        results = self.runner.run([self._down((suspect,)) for suspect in batch for _ in range(times)])
        kept = []
        for place, suspect in enumerate(batch):
            tally = self._count(results[place * times : (place + 1) * times])
            if tally.failed == times:
                kept.append(suspect)
            else:
                self.result.controls.append((suspect, tally))
        return kept

    @property
    def rounds(self) -> tuple[int, ...]:
        """How many runs a screening takes: one where both outcomes repeat, more where chance plays a part."""
        return (1,) if self.stable else UNSTABLE_ROUNDS

    def _flips_up(self, group: Sequence[Suspect], times: int) -> bool:
        tally = self._count(self.runner.run([self._up(group)] * times))
        return tally.passed == times

    # sets of draws that have to conspire

    def _minimised(self, candidates: Sequence[Suspect]) -> list[tuple[Suspect, ...]]:
        group = tuple(candidates)
        if len(group) < 2 or not self._both(group):
            return []
        self.told(f"all {len(group)} suspects together flip it; minimising")
        return [minimise(group, self._both, lambda: self.runner.seconds_left() > 0)]

    def _both(self, group: Sequence[Suspect]) -> bool:
        return all(self._flips_down(group, times) and self._flips_up(group, times) for times in self.rounds)

    def _flips_down(self, group: Sequence[Suspect], times: int) -> bool:
        return self._count(self.runner.run([self._down(group)] * times)).failed == times

    # confirming

    def _confirmed(self, group: Sequence[Suspect]) -> Flip:
        place = group[0].site.site
        self.told(f"confirming {place.file}:{place.line}")
        down = up = Tally()
        with suppress(BudgetSpent):  # what was counted until then counts
            for _ in range(0, CONFIRMATIONS, 6):
                down = down + self._tally(self._down(group), (), 6)
                up = up + self._tally(self._up(group), (), 6)
                if down.failed < 0.8 * down.runs or up.passed < 0.8 * up.runs:
                    break
        return Flip(
            suspects=tuple(group), to_failing=down, to_passing=up, base=self.base,
            failing_request=self._down(group), passing_request=self._up(group),
        )  # fmt: skip

    def _look_at_effect(self) -> None:
        """Run each way with nothing but the cause differing: what diverges then is its effect.

        What also diverges between two runs that are forced alike (clocks, uuids, paths) is not.
        """
        if not self.result.flips:
            return
        flip = self.result.flips[0]
        alike = _with(self.passing.request, tuple(suspect.to_passing for suspect in flip.suspects))
        requests = [replace(request, trace=True) for request in (alike, alike, flip.failing_request)]
        passing, again, failing = self.runner.run(requests)
        if passing.trace is None or again.trace is None or failing.trace is None or not (passing.passed and failing.failed):
            return
        self.result.effect = (passing, failing)
        self.result.benign = frozenset(divergence.site.site.key for divergence in self.align(passing.trace, again.trace))

    # requests

    def _down(self, group: Sequence[Suspect]) -> RunRequest:
        return _with(self.passing.request, tuple(suspect.to_failing for suspect in group))

    def _up(self, group: Sequence[Suspect]) -> RunRequest:
        if group[0].to_passing.kind == "advance":
            # The jump takes place all the same, but before anything is read.
            return _with(self.passing.request, (group[0].to_passing,))
        return _with(self.failing.request, tuple(suspect.to_passing for suspect in group))

    def _tally(self, request: RunRequest, forcings: tuple[Forcing, ...], times: int) -> Tally:
        return self._count(self.runner.run([replace(_with(request, forcings), trace=False)] * times))

    def _count(self, results: Sequence[RunResult]) -> Tally:
        return count(results, self.failure)


def count(results: Sequence[RunResult], failure: Failure | None) -> Tally:
    """Count how runs ended; only *the* failure counts as failed."""
    passed = sum(result.passed for result in results)
    failed = sum(result.failure is not None and result.failed and result.failure.is_like(failure) for result in results)
    return Tally(passed, failed, len(results) - passed - failed)


def _with(request: RunRequest, forcings: tuple[Forcing, ...]) -> RunRequest:
    """Add forcings; where a site is forced already, the new one wins."""
    fresh = {forcing.site for forcing in forcings}
    kept = tuple(forcing for forcing in request.forcings if forcing.site not in fresh or not forcing.site)
    return replace(request, forcings=kept + forcings, trace=False)


def _closest(found: Reproduction, align: Align) -> tuple[RunResult, RunResult]:
    """Pair the failing run with the passing run that is most like it.

    Source: C. Ziftci, D. Cavalcanti, "De-Flake Your Tests", ICSME 2020.
    """
    failing = found.failing[0]
    passing = min(found.passing[:8], key=lambda result: len(suspects(result, failing, align)[1]))
    return passing, failing


def _is_value(group: Sequence[Suspect]) -> bool:
    """Orders that the language leaves open come first: a draw or a clock that only decides such an order is not what one mends."""
    return group[0].site.source_kind not in ORDER_KINDS - {"shuffle"}
