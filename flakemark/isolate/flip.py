"""The interventions: screen the suspects, minimise a set of them, confirm the flip in both directions.

Source: replacing state in both directions is from W. N. Sumner, X. Zhang, "Comparative Causality", ICSE 2013.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from flakemark.divergence import Align
from flakemark.isolate.clocks import clock_suspects, held, readings
from flakemark.isolate.madeup import orders_of_made_up
from flakemark.isolate.minimise import minimise
from flakemark.isolate.suspects import ORDER_KINDS, made_for_a_run, suspects
from flakemark.isolation import Flip, Isolation, Suspect, Tally
from flakemark.reproduction import Reproduction
from flakemark.runs import BudgetSpent, Failure, Forcing, Runner, RunRequest, RunResult, Told, run_what_fits
from flakemark.statistics import Sequential

STABILITY = 3
SCREENED = 160
BATCH, FEW = 8, 2
ENOUGH = 3
CONFIRMATIONS, ROUND = 30, 6
FORCED = 0.97  # how often a run ends as it was forced to, where the force decides
MOSTLY = 0.7
SURELY = 7  # times; what only flips every second run is taken for the whole once in a hundred
LONGEST_SCREENING = 12  # runs; a way that chance takes nearly always by itself is left to the confirmation
SHARE_OF_CONFIRMING = 0.2  # of the time that is left; fewer confirmations are a lower confidence, no time is none at all

Group = tuple[Suspect, ...]


@dataclass(frozen=True, slots=True)
class _Way:
    """One direction of forcing: how a group is forced, how often runs end so, and how many must to believe it."""

    request: Callable[[Group], RunRequest]
    hits: Callable[[Tally], int]
    test: Sequential


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
        self.found, self.failure = found, found.failure
        self.align = align
        self.passing, self.failing = _closest(found, align)
        self.result = Isolation()
        self.base = Tally()
        self.stable = False
        self.held: tuple[Forcing, ...] = ()

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

    def _candidates(self) -> Iterator[Group]:
        """Yield what flips in a few runs: known sources first, then clock intervals, then values that come from nowhere."""
        flipping = self._screen([(suspect,) for suspect in self.result.suspects[:SCREENED]])
        known = [group for group in flipping if group[0].known]
        if known and all(map(_is_value, known)):
            yield from self._orders_of_made_up()
        yield from sorted(known, key=_is_value)
        if self.base.failed <= MOSTLY * self.base.runs:  # or else it fails after every jump, and without any
            clocks = clock_suspects(self.runner, self.passing, self.failure, self.told, times=1 if self.stable else STABILITY)
            if clocks and not (self.base.failed and len(clocks) > 1):
                yield (clocks[0],)
            if len(clocks) > 1 and self.passing.trace is not None:  # it is too slow by itself now and then
                yield held(clocks, self.passing.trace)
        # Several inputs may have to conspire; what is made of them flips it alone.
        yield from self._minimised([suspect for suspect in self.result.suspects[:SCREENED] if suspect.known])
        made = made_for_a_run(self.passing, self.failing, self.result.divergences)
        yield from self._screen([(suspect,) for suspect in made])
        yield from self._named([group for group in flipping if not group[0].known])
        if not flipping:
            yield from self._minimised(self.result.suspects[:SCREENED])

    def _orders_of_made_up(self) -> Iterator[Group]:
        """Yield the orders that flip it while the names of what is ordered are held."""
        self.held, orders = orders_of_made_up(self.result.suspects)
        for order in orders:
            yield from self._both([(order,)])
        self.held = ()

    # screening

    def _measure_base(self) -> None:
        if self.found.recorded:
            self._repeat_the_recorded()
        down = self._tally(self.passing.request, STABILITY)
        up = self._tally(self.failing.request, STABILITY)
        self.base = down
        self.stable = down.passed == down.runs and up.failed == up.runs
        if not self.stable:
            self.base = self._tally(self.passing.request, (2 if self.passing.request.fresh else 4) * STABILITY)

    def _repeat_the_recorded(self) -> None:
        """Force every input to what the recorded failure had: if that fails, it is the failing run that can be repeated."""
        inputs = tuple(suspect.to_failing for suspect in self.result.suspects if suspect.known)
        if inputs:
            self.failing = replace(self.failing, request=_with(self.passing.request, inputs))

    def _named(self, groups: Sequence[Group]) -> list[Group]:
        """Say which inputs libraries ask for on behalf of lines that have none of their own: one more run tells."""
        calls = [suspect.site.site.key for group in groups for suspect in group if suspect.site.site.kind == "call"]
        if not calls:
            return list(groups)
        watches = tuple(Forcing(kind="watch", site=key) for key in calls)
        request = replace(self.passing.request, forcings=self.passing.request.forcings + watches, trace=True)
        [watched] = self.runner.run([request])
        sites = {site.site.key: site for site in watched.trace.sites} if watched.trace is not None else {}
        return [tuple(replace(suspect, site=sites.get(suspect.site.site.key, suspect.site)) for suspect in group) for group in groups]

    def _screen(self, candidates: Sequence[Group]) -> list[Group]:
        """Return the groups that flip the outcome both ways in a few runs, in their order."""
        flipping: list[Group] = []
        # A fresh process costs twenty times as much as a fork: the earliest known source that flips is enough there.
        size = FEW if self.passing.request.fresh else BATCH
        for start in range(0, len(candidates), size):
            if len(flipping) >= ENOUGH or (size == FEW and any(group[0].known for group in flipping)):
                break
            batch = candidates[start : start + size]
            self.told(f"forcing suspects {start + 1} to {start + len(batch)} of {len(candidates)}")
            flipping += self._both(batch)
        return flipping

    def _both(self, groups: Sequence[Group]) -> list[Group]:
        """Keep the groups that flip both ways; first the way that chance takes less often: it decides in fewer runs."""
        for way in sorted(self._ways(), key=lambda way: way.test.low):
            if self.stable or way.test.shortest <= LONGEST_SCREENING:
                groups = self._kept(groups, way)
        return list(groups)

    def _ways(self) -> tuple[_Way, _Way]:
        failing = (self.base.failed + 1) / (self.base.runs + 2)
        # Where both outcomes repeat, one run each way is enough to screen: what flips is confirmed later.
        low, high, error = (0.2, 0.2, 0.2) if self.stable else (failing, 1 - failing, 0.1)
        down = _Way(self._down, lambda tally: tally.failed, Sequential(min(low, FORCED - 0.01), FORCED, error))
        up = _Way(self._up, lambda tally: tally.passed, Sequential(min(high, FORCED - 0.01), FORCED, error))
        return down, up

    def _kept(self, groups: Sequence[Group], way: _Way) -> list[Group]:
        """Run every group until its test decides, all that are open in one batch."""
        tallies = [Tally()] * len(groups)
        said: list[bool | None] = [None] * len(groups)
        while any(one is None for one in said):
            places = [place for place, one in enumerate(said) if one is None]
            for place, result in zip(places, self.runner.run([way.request(groups[place]) for place in places]), strict=True):
                tallies[place] += self._count([result])
                said[place] = way.test.decide(way.hits(tallies[place]), tallies[place].runs)
        self.result.controls += [
            (group[0], tally) for group, tally, one in zip(groups, tallies, said, strict=True) if not one and len(group) == 1
        ]
        return [group for group, one in zip(groups, said, strict=True) if one]

    # sets of draws that have to conspire

    def _minimised(self, candidates: Sequence[Suspect]) -> list[Group]:
        group = tuple(candidates)
        if len(group) < 2 or not self._both([group]):
            return []
        self.told(f"all {len(group)} suspects together flip it; minimising")
        return [minimise(group, self._surely, lambda: self.runner.seconds_left() > 0)]

    def _surely(self, group: Group) -> bool:
        """Whether a group flips it, and again: a part of what has to conspire may do so in every second run."""
        return all(self._both([group]) for _ in range(1 if self.stable else SURELY))

    # confirming

    def _confirmed(self, group: Group) -> Flip:
        place = group[0].site.site
        self.told(f"confirming {place.file}:{place.line}")
        # A value that comes from nowhere is never named the cause, however often it flips.
        most = CONFIRMATIONS if group[0].known else 2 * ROUND
        until = self.runner.seconds_left() * (1 - SHARE_OF_CONFIRMING)
        ways = self._down(group), self._up(group)
        down = up = Tally()
        while down.runs < most and self.runner.seconds_left() > (0 if down.runs < 2 * ROUND else until):
            # Both ways in turns: what changes in the meantime (load, the time of day) changes for both.
            results = run_what_fits(self.runner, ways * ROUND)
            down, up = (
                tally + self._count([one for one in results if one.request == way]) for tally, way in zip((down, up), ways, strict=True)
            )
            if down.failed < 0.8 * down.runs or up.passed < 0.8 * up.runs:
                break
        return Flip(
            suspects=group, to_failing=down, to_passing=up, base=self.base, failing_request=ways[0], passing_request=ways[1], held=self.held
        )  # fmt: skip

    def _look_at_effect(self) -> None:
        """Run each way with nothing but the cause differing: what diverges then is its effect.

        What also diverges between two runs that are forced alike (clocks, uuids, paths) is not.
        """
        if not self.result.flips:
            return
        flip = self.result.flips[0]
        alike = _with(self.passing.request, (*flip.held, *(suspect.to_passing for suspect in flip.suspects)))
        requests = [replace(request, trace=True) for request in (alike, alike, flip.failing_request)]
        passing, again, failing = self.runner.run(requests)
        if passing.trace is None or again.trace is None or failing.trace is None or not (passing.passed and failing.failed):
            return
        self.result.effect = (passing, failing)
        self.result.benign = frozenset(divergence.site.site.key for divergence in self.align(passing.trace, again.trace))

    # requests

    def _down(self, group: Sequence[Suspect]) -> RunRequest:
        return _with(self.passing.request, (*self.held, *(suspect.to_failing for suspect in group)))

    def _up(self, group: Sequence[Suspect]) -> RunRequest:
        if group[0].to_passing.kind == "advance":
            # The jump takes place all the same, but before anything is read.
            return _with(self.passing.request, (group[0].to_passing,))
        # Where chance plays a part under either request, nothing but the force must differ between the two ways.
        request = self.failing.request if self.stable else self.passing.request
        return _with(request, (*self.held, *(suspect.to_passing for suspect in group)))

    def _tally(self, request: RunRequest, times: int) -> Tally:
        return self._count(self.runner.run([_with(request, ())] * times))

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
