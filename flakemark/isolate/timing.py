"""Waits, races and work that nobody waits for: found by delaying the others, proven by stretching the wait.

Source: delaying a critical point and waiting at a barrier point is from S. Rahman, A. Shi, "FlakeSync", ICSE 2024; near
misses and delays between a read and a write from G. Li et al., "TSVD", SOSP 2019. Telling the three apart by which
counter-measure heals is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from flakemark.events import Trace, TracedSite
from flakemark.isolate import workers
from flakemark.isolate.settings import unforced
from flakemark.isolate.workers import MAIN, Delay
from flakemark.isolation import OUTSIDE, Flip, Tally, TimingFlip
from flakemark.reproduction import Reproduction
from flakemark.runs import BudgetSpent, Forcing, Runner, RunRequest, RunResult, Told, run_what_fits
from flakemark.statistics import Sequential

WAIT_DELAYS = (0.1, 0.3)  # seconds
RACE_DELAYS = (0.04, 0.25)
SLOW = 0.05  # seconds longer for operations of the system
STRETCH = 3.0  # times the delay
MOST_IN_LOOPS = 1.5  # seconds that all rounds of a wait together last longer
OWN_DELAYS = (0.04, 0.1, 0.3)
HELD = 1.0  # seconds, until the test is over
PATIENT = 1.0  # seconds; work that goes on by itself takes as long as it takes
GAP = 3.0  # times the pause, between threads that run one after the other
MOST_THREADS, MOST_WAITS, MOST_SHARED, MOST_DELAYS = 8, 12, 48, 6
MOST_COMPARED = 8  # runs
MOST_LOOKS = 3  # with probes that write, the window is another one: a run may end otherwise
CONFIRMATIONS, BATCH = 30, 6
SHARE_OF_CONFIRMING = 0.2  # of the time that is left; never fewer than 2 * BATCH runs
MOST_PAUSES, MOST_TIED = 4, 3
LEAST_BASE, NEARLY_ALWAYS, ERROR = 0.3, 0.95, 0.01  # rates of failing with a pause outside and inside of a window; of a place
ROUNDS = (1, 2, 5)  # a race fails by itself now and then: what always fails with a pause survives
EMPTY = Trace((), (), ())


def isolate_timing(runner: Runner, found: Reproduction, told: Told, *, share: float = 1.0) -> TimingFlip | None:
    """Find the wait that is too short, the unprotected window, or the work that nobody waits for.

    Args:
        runner: executes runs.
        found: has a passing run in which something else was at work.
        told: is told each step.
        share: of the time that is left, for searching; what was found is confirmed beyond it.

    Returns:
        None if no delay makes the test fail in the wanted way, or time is up before.
    """
    with suppress(BudgetSpent):
        return _Timing(runner, found, told, share).run()
    return None


def isolate_limit(runner: Runner, found: Reproduction, flip: Flip, told: Told) -> TimingFlip | None:
    """Find the wait or the time limit that is too short for a latency which the test itself draws.

    Args:
        runner: executes runs.
        found: the reproduction.
        flip: of the draw that is only waited for.
        told: is told each step.

    Returns:
        None if no wait that lasts longer heals it, or time is up before.
    """
    with suppress(BudgetSpent):
        return _Timing(runner, found, told, 1.0).too_short_for(flip)
    return None


def effect_of(runner: Runner, flip: TimingFlip, found: Reproduction) -> tuple[RunResult, RunResult] | None:
    """Trace a passing and a failing run under what was forced, for the cause chain; None if they do not end so, or time is up."""
    requests = [replace(flip.passing_request, trace=True), replace(flip.failing_request, trace=True)]
    for _ in range(MOST_LOOKS):
        results = run_what_fits(runner, requests)
        if len(results) == len(requests) and results[0].passed and found.fails_as_wanted(results[1]):
            return results[0], results[1]
    return None


class _Timing:
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
        self.shared = workers.shared(self.busiest)[:MOST_SHARED]
        self.base = unforced(found)
        self._paused: dict[float, list[TracedSite]] = {}  # where a pause of so many seconds fails nearly always

    def run(self) -> TimingFlip | None:
        """Waits first: a wait that heals explains more than the window that it leaves open."""
        flip = self._likeliest()
        if flip is not None:
            return flip
        failing = self._failing_delays()
        return self._too_short(failing) or self._race() or self._not_awaited(failing or self._failing_operations()) or self._overtaken()

    def _likeliest(self) -> TimingFlip | None:
        """Where failing runs say which it is: what is left at work in teardown, or others that did all they had to do."""
        if self._fails_in_teardown():  # most likely met by what a library does
            return self._not_awaited(self._failing_operations())
        failing, passing = ([run.trace for run in side[:MOST_COMPARED] if run.trace] for side in (self.found.failing, self.found.passing))
        if workers.all_done(failing, passing, self.request.victim):  # it was waited for them
            return self._race(mended=True)
        return None

    def _fails_in_teardown(self) -> bool:
        return self.found.failure is not None and self.found.failure.phase == "teardown"

    # delays

    def _failing_delays(self) -> list[Delay]:
        starts = workers.others(self.trace, self.request.victim)[:MOST_THREADS] + workers.processes(self.trace)
        within = workers.within(self.trace, self.request.victim)[:MOST_SHARED]
        for seconds in WAIT_DELAYS:
            for what, delays in (("before the start of", starts), ("within", within)):
                self.told(f"{seconds:g} s more {what} the other threads, tasks and processes ({len(delays)} places)")
                failing = self._failing([replace(delay, forcing=replace(delay.forcing, seconds=seconds)) for delay in delays])
                if failing:
                    return failing
        return []

    def _failing_operations(self) -> list[Delay]:
        """Where nobody else's lateness matters, the test's own may: in the middle of what a library does, where no line is probed."""
        delays = workers.slow_operations(self.trace, self.request.victim, SLOW)
        self.told(f"{SLOW:g} s more for each of {len(delays)} operations of the system")
        return self._failing(delays)

    def _failing(self, delays: Sequence[Delay]) -> list[Delay]:
        kept = list(delays)
        for times in ROUNDS:
            fails = self._fails([(delay.forcing,) for delay in kept for _ in range(times)])
            kept = [delay for place, delay in enumerate(kept) if all(fails[place * times : (place + 1) * times])]
            kept = _of_each_thread(kept)[: 2 * MOST_DELAYS]
        return kept[:MOST_DELAYS]

    def _fails(self, forcings: Sequence[tuple[Forcing, ...]]) -> list[bool]:
        results = self._run([self._with(*chosen) for chosen in forcings])
        return [self.found.fails_as_wanted(result) for result in results]

    def _run(self, requests: Sequence[RunRequest]) -> list[RunResult]:
        if self.runner.seconds_left() < self.until:
            raise BudgetSpent
        return self.runner.run(requests)

    def _with(self, *forcings: Forcing) -> RunRequest:
        return replace(self.request, forcings=forcings)

    # a wait that is too short

    def _too_short(self, failing: Sequence[Delay]) -> TimingFlip | None:
        for delay in failing:
            seconds = STRETCH * delay.forcing.seconds
            # The limit of a polling loop before the pause inside of it: a longer pause heals too, but is not what one mends.
            longer = [*self._longer_polls(delay, seconds), *self._longer_waits(delay.thread, seconds)][:MOST_WAITS]
            self.told(f"stretching each of {len(longer)} waits while {delay.name} is late")
            results = self._run([self._with(delay.forcing, one) for _, one in longer])
            for (site, one), result in zip(longer, results, strict=True):
                if result.passed:
                    flip = self._confirmed("wait", (site,), delay, self._with(delay.forcing), self._with(delay.forcing, one))
                    if flip is not None:
                        return flip
        return None

    def too_short_for(self, flip: Flip) -> TimingFlip | None:
        """Stretch each wait while the draw is forced to what fails."""
        late, drawn = replace(flip.failing_request, trace=False), flip.suspects[0].site.site
        longer = self._longer_waits("", PATIENT)[:MOST_WAITS]
        self.told(f"stretching each of {len(longer)} waits while {drawn.file}:{drawn.line} takes long")
        ways = [replace(late, forcings=(*late.forcings, one)) for _, one in longer]
        for (site, _), request, result in zip(longer, ways, self._run(ways), strict=True):
            if result.passed:
                delay = Delay(forcing=late.forcings[0], name=f"what {drawn.file}:{drawn.line} draws", thread="")
                confirmed = self._confirmed("wait", (site,), delay, late, request)
                if confirmed is not None:
                    return confirmed
        return None

    def _longer_waits(self, delayed: str, seconds: float) -> list[tuple[TracedSite, Forcing]]:
        """A wait in a loop lasts longer in every round: what each gets is bounded, or one run would take minutes."""
        found = []
        for site in workers.waits(self.trace, self.own, delayed):
            rounds = max(1, workers.evaluations(self.trace, site.site.key))
            each = min(seconds, max(MOST_IN_LOOPS, seconds) / rounds)
            found.append((site, Forcing(kind="stretch", site=site.site.key, seconds=each)))
        return found

    def _longer_polls(self, delay: Delay, seconds: float) -> list[tuple[TracedSite, Forcing]]:
        """A loop that polls until a deadline waits longer if the clock that it reads is put back; named is the line that sets the limit.

        Only what is read again and again while it waits is a loop: two readings may also just take the time.
        """
        polls = workers.polls(self.trace, delay.thread)
        late = self._run([replace(self._with(delay.forcing), trace=True)])[0].trace if polls else None
        return [
            (workers.called_from(self.trace, limit, self.request.victim), Forcing(kind="advance", site=read.site.key, seconds=-seconds))
            for limit, read in polls if workers.evaluations(late, read.site.key) > 1
        ]  # fmt: skip

    # an unprotected window

    def _race(self, *, mended: bool = False) -> TimingFlip | None:
        """Find the window; with `mended`, only one that a lock or taking turns closes."""
        if self.base.failed * 2 > self.base.runs:  # where most runs fail anyway, pauses tell nothing, and what heals tells all
            return self._race_by_locks(mended=mended)
        for seconds in RACE_DELAYS if self.shared else ():
            if seconds not in self._paused:
                self.told(f"a pause of {seconds:g} s after each of {len(self.shared)} places that several threads run")
                self._paused[seconds] = self._nearly_always_failing(self.shared, seconds)
            inside = self._paused[seconds]
            flip = self._window(inside, seconds, mended=mended) if inside else None
            if flip is not None:
                return flip
        return None

    def _race_by_locks(self, *, mended: bool) -> TimingFlip | None:
        """Hold a lock around each function that several threads run; the innermost that heals holds the window."""
        # A callee's last line completes before the last one of its caller.
        lasts = {site.site.function: place for place, site in enumerate(self.shared)}
        functions = sorted((function for function in lasts if self._locks(function)), key=lasts.__getitem__)
        self.told(f"a lock around each of {len(functions)} functions that several threads run")
        for times in ROUNDS[1:]:
            results = self._run([self._with(*self._locks(function)) for function in functions for _ in range(times)])
            passes = [result.passed for result in results]
            functions = [one for place, one in enumerate(functions) if all(passes[place * times : (place + 1) * times])]
        inside = [site for site in self.shared if site.site.function in functions[:1]]
        return self._window(inside, RACE_DELAYS[0], mended=mended) if inside else None

    def _nearly_always_failing(self, sites: Sequence[TracedSite], seconds: float) -> list[TracedSite]:
        """Keep the places where a pause fails nearly always, and not as it does by itself: one lucky run leaves none out."""
        by_itself = (self.base.failed + 1) / (self.base.runs + 2)
        test = Sequential(max(LEAST_BASE, by_itself), NEARLY_ALWAYS, ERROR)
        hits, said, runs = [0] * len(sites), [None] * len(sites), 0  # type: list[int], list[bool | None], int
        while None in said:
            runs += 1
            places = [place for place, one in enumerate(said) if one is None]
            for place, fails in zip(places, self._fails([(_pause(sites[place], seconds),) for place in places]), strict=True):
                hits[place] += fails
                said[place] = test.decide(hits[place], runs)
        return [site for site, one in zip(sites, said, strict=True) if one]

    def _window(self, inside: Sequence[TracedSite], seconds: float, *, mended: bool) -> TimingFlip | None:
        """Find the function that holds the window, and confirm it.

        Callees complete before their caller goes on: it is that of the last flipping site, unless that one only seemed to flip.
        """
        left = list(inside)
        while left:
            last = left[-1].site
            sites = [site for site in left if (site.site.file, site.site.function) == (last.file, last.function)]
            pause, own = self._surest([_pause(site, seconds) for site in [*sites, *left]], {site.site.key for site in sites})
            if own:
                return self._window_between(sites, pause, mended=mended)
            left = [site for site in left if site not in sites]
        return None

    def _surest(self, pauses: Sequence[Forcing], own: set[str]) -> tuple[Forcing, bool]:
        """Choose the pause that fails most often, and say whether one of its own does so nearly always."""
        candidates = list(dict.fromkeys(pauses))[:MOST_PAUSES]
        hits = dict.fromkeys(candidates, 0)
        for tied in (MOST_PAUSES, MOST_TIED):
            candidates = [one for one in candidates if hits[one] == max(hits.values())][:tied]
            for one in candidates:
                hits[one] += self._count(self._run([self._with(one)] * BATCH)).failed
        asked = {one for one in hits if one.site in own}
        return max(hits, key=hits.__getitem__), any(hits[one] >= BATCH for one in asked)

    def _window_between(self, sites: Sequence[TracedSite], pause: Forcing, *, mended: bool) -> TimingFlip | None:
        delay = Delay(forcing=pause, name=f"a pause of {pause.seconds:g} s inside of it", thread="")
        window = list(sites)
        if all(site.site.kind == "await" for site in sites):
            window = list(dict.fromkeys(one for site in sites for one in workers.around_await(self.busiest, site)))
        ordered = tuple(sorted(window, key=lambda site: site.site.line))
        for passing in self._without_a_race(pause, sites, mended=mended):
            flip = self._confirmed("race", ordered, delay, self._with(pause), passing)
            if flip is not None:
                return flip
        return None

    def _without_a_race(self, pause: Forcing, sites: Sequence[TracedSite], *, mended: bool) -> list[RunRequest]:
        """List what may mend it, best proof first: a lock around it, the pause before it, the threads in turns, no pause."""
        locks = self._locks(sites[-1].site.function)
        turns = [
            Forcing(kind="hold", what=other.thread, seconds=place * GAP * pause.seconds)
            for place, other in enumerate(workers.others(self.busiest, self.request.victim)[:MOST_THREADS]) if place
        ]  # fmt: skip
        before = workers.before_window(self.busiest, sites) if any(site.site.kind != "await" for site in sites) else None
        ways = [(pause, *locks)] if locks else []
        ways += [(replace(pause, site=before.site.key),)] if before is not None else []
        ways += [(pause, *turns)] if turns else []
        return [self._with(*way) for way in [*ways, *([] if mended else [()])]]

    def _locks(self, function: str) -> list[Forcing]:
        """Hold one lock around every call of the function that holds the window: what would mend it."""
        name = function.rsplit(".", 1)[-1]
        callers = [site for site in self.busiest.sites if site.site.kind == "call" and site.site.callee == name]
        return [Forcing(kind="lock", site=site.site.key) for site in callers]

    # work that nobody waits for

    def _not_awaited(self, failing: Sequence[Delay]) -> TimingFlip | None:
        for delay in failing:
            early = self._signalled_early(delay)
            if early is not None:
                return early
            site = delay.site if delay.site is not None else workers.started_at(self.trace, delay.thread)
            if site is not None:
                named = workers.called_from(self.trace, site, self.request.victim)
                flip = self._healed_by_patience(delay, named, site)
                if flip is not None:
                    return flip
        return None

    def _signalled_early(self, delay: Delay) -> TimingFlip | None:
        """Where the others do wait, but for a signal that comes before the work: being late right before the signal harms nobody."""
        found = workers.signal_before(self.trace, delay)
        if found is None:
            return None
        signal, late = found
        passing = self._with(late)
        if not self._run([passing])[0].passed:
            return None
        return self._confirmed("early", (signal,), delay, self._with(delay.forcing), passing)

    def _healed_by_patience(self, delay: Delay, named: TracedSite, started: TracedSite) -> TimingFlip | None:
        """Make the test itself wait: after the start, at its next await, before its teardown; what heals first is confirmed."""
        ways = [
            self._with(delay.forcing, *way)
            for seconds in (STRETCH * delay.forcing.seconds, max(PATIENT, STRETCH * delay.forcing.seconds))
            for way in self._patience(named, started, seconds)
        ]
        self.told(f"waiting in {len(ways)} ways for what {named.site.file}:{named.site.line} starts")
        for request, result in zip(ways, self._run(ways), strict=True):
            if result.passed:
                flip = self._confirmed("unawaited", (named,), delay, self._with(delay.forcing), request)
                if flip is not None:
                    return flip
        return None

    def _patience(self, named: TracedSite, started: TracedSite, seconds: float) -> list[tuple[Forcing, ...]]:
        tasks = tuple(Forcing(kind="hold", what=name, seconds=seconds) for name in self.own if name != MAIN)
        after = Forcing(kind="delay", site=named.site.key, seconds=seconds)
        last = replace(after, first=max(0, workers.evaluations(self.trace, named.site.key) - 1))
        awaited = workers.awaited_after(self.trace, started, self.own)
        ways = [(after, *tasks), (last, *tasks)] if named.source_kind != "process" else [tasks]
        ways += [(replace(awaited, seconds=seconds),)] if awaited is not None else []
        if self._fails_in_teardown():
            ways.append((Forcing(kind="pause", what="teardown", seconds=seconds),))
        return list(dict.fromkeys(way for way in ways if way))

    # what was started before, and meets the test when that takes longer

    def _overtaken(self) -> TimingFlip | None:
        """Make the test itself slow; where it passes all the same when another thread begins later, that thread came in between."""
        others = workers.others(self.busiest, self.request.victim)[:MOST_THREADS]
        places = workers.own_places(self.busiest, self.request.victim)[:MOST_SHARED] if others else []
        for seconds in OWN_DELAYS if places else ():
            self.told(f"{seconds:g} s more at each of {len(places)} places of the test itself")
            for pause in self._failing([replace(place, forcing=replace(place.forcing, seconds=seconds)) for place in places]):
                flip = self._come_in_between(pause, others)
                if flip is not None:
                    return flip
        return None

    def _come_in_between(self, pause: Delay, others: Sequence[Delay]) -> TimingFlip | None:
        ways = [self._with(pause.forcing, replace(other.forcing, seconds=HELD)) for other in others]
        for other, request, result in zip(others, ways, self._run(ways), strict=True):
            site = workers.started_at(self.busiest, other.thread) if result.passed else None
            if site is not None:
                slow = replace(pause, name=other.name, pause=f"the test takes {pause.forcing.seconds:g} s longer")
                flip = self._confirmed("overtaken", (site,), slow, self._with(pause.forcing), request)
                if flip is not None:
                    return flip
        return None

    # confirming

    def _confirmed(
        self, kind: str, sites: tuple[TracedSite, ...], delay: Delay, failing: RunRequest, passing: RunRequest
    ) -> TimingFlip | None:
        place = sites[0].site
        self.told(f"confirming {place.file}:{place.line}")
        until = self.runner.seconds_left() * (1 - SHARE_OF_CONFIRMING)
        down, up, flip = Tally(), Tally(), None
        while down.runs < CONFIRMATIONS and self.runner.seconds_left() > (0 if down.runs < 2 * BATCH else until):
            # In turns: what changes in the meantime (the load) changes for both.
            down = down + self._count(run_what_fits(self.runner, [failing] * BATCH))
            up = up + self._count(run_what_fits(self.runner, [passing] * BATCH))
            flip = TimingFlip(
                kind=kind, sites=sites, delayed=delay.name, pause=delay.pause, to_failing=down, to_passing=up, base=self.base,
                failing_request=failing, passing_request=passing,
            )  # fmt: skip
            if down.failed < 0.8 * down.runs or up.passed < (OUTSIDE if flip.outside else 0.8) * up.runs:
                return None
        return flip if flip is not None and flip.accepted else None

    def _count(self, results: Sequence[RunResult]) -> Tally:
        passed = sum(result.passed for result in results)
        failed = sum(self.found.fails_as_wanted(result) for result in results)
        return Tally(passed, failed, len(results) - passed - failed)


def _of_each_thread(delays: Sequence[Delay]) -> list[Delay]:
    """Put the first delay of each thread first: where nearly everything fails, one of each says as much as all of them."""
    firsts = {delay.thread: delay for delay in reversed(delays)}
    return [
        *(delay for delay in delays if firsts[delay.thread] is delay),
        *(delay for delay in delays if firsts[delay.thread] is not delay),
    ]


def _pause(site: TracedSite, seconds: float) -> Forcing:
    return Forcing(kind="delay", site=site.site.key, seconds=seconds)
