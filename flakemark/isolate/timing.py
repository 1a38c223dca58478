"""Waits, races and work that nobody waits for: found by delaying the others, proven by stretching the wait.

Source: delaying a critical point and waiting at a barrier point is from S. Rahman, A. Shi, "FlakeSync", ICSE 2024. Telling
waits, windows and unawaited work apart by which counter-measure heals is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from flakemark.events import TracedSite
from flakemark.isolate import waiting, workers
from flakemark.isolate.lateness import MOST_COMPARED, MOST_SHARED, MOST_THREADS, Lateness
from flakemark.isolate.windows import Windows
from flakemark.isolate.workers import MAIN, Delay
from flakemark.isolation import Flip, TimingFlip
from flakemark.reproduction import Reproduction
from flakemark.runs import BudgetSpent, Forcing, Runner, RunResult, Told, run_what_fits

WAIT_DELAYS = (0.1, 0.3)  # seconds
SLOW = 0.05  # seconds longer for operations of the system
STRETCH = 3.0  # times the delay
MOST_IN_LOOPS = 1.5  # seconds that all rounds of a wait together last longer
OWN_DELAYS = (0.04, 0.1, 0.3)
HELD = 1.0  # seconds, until the test is over
CHANGED_WHILE_ITERATED = "during iteration"  # a dictionary or set has "changed size", a deque was "mutated", keys have "changed"
PATIENT = 1.0  # seconds; work that goes on by itself takes as long as it takes
MOST_WAITS = 12
LONG_ENOUGH = 0.8  # times the delay: so long waits who waits for what is late
MOST_LOOKS = 3  # with probes that write, the window is another one: a run may end otherwise


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


def isolate_limit(runner: Runner, found: Reproduction, flip: Flip, told: Told, *, sleeps: bool) -> TimingFlip | None:
    """Find the wait or the time limit that is too short for a latency which the test itself draws.

    Args:
        runner: executes runs.
        found: the reproduction.
        flip: of the draw that is only waited for.
        told: is told each step.
        sleeps: whether those count that wait for nothing, but for some time; what is raced for may be healed by one of them.

    Returns:
        None if no wait that lasts longer heals it, or time is up before.
    """
    with suppress(BudgetSpent):
        return _Timing(runner, found, told, 1.0).too_short_for(flip, sleeps=sleeps)
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
        self.late = Lateness(runner, found, told, share)
        self.found, self.victim = found, self.late.request.victim
        self.trace, self.busiest = self.late.trace, self.late.busiest
        self.windows = Windows(self.late, [(site, 0) for site in workers.shared(self.late.busiest)])

    def run(self) -> TimingFlip | None:
        """Waits first: a wait that heals explains more than the window that it leaves open."""
        flip = self._likeliest()
        if flip is not None:
            return flip
        failing = self._failing_delays()
        flip = self._too_short(failing) or self.windows.race() or self._not_awaited(failing or self._failing_operations())
        if flip is not None:
            return flip
        of_the_test = Windows(self.late, workers.own_functions(self.late.busiest, self.victim)).of_the_test
        # Any pause of the test lets the time of a timer be up, a window or none.
        ways = (self._overtaken, of_the_test) if workers.has_timers(self.busiest) else (of_the_test, self._overtaken)
        return ways[0]() or ways[1]()

    def _likeliest(self) -> TimingFlip | None:
        """Where failing runs say which it is: what is left at work in teardown, or others that did all they had to do."""
        if self._fails_in_teardown():  # most likely met by what a library does
            return self._not_awaited(self._failing_operations())
        failing, passing = ([run.trace for run in side[:MOST_COMPARED] if run.trace] for side in (self.found.failing, self.found.passing))
        if workers.all_done(failing, passing, self.victim):  # it was waited for them
            return self.windows.race(mended=True)
        loop = self._changed_while_iterated()
        flip = self.windows.race() if loop is not None else None
        return replace(flip, sites=(loop, loop)) if flip is not None and loop is not None else None

    def _changed_while_iterated(self) -> TracedSite | None:
        """Where Python itself says what was disturbed, return the loop: wherever in it the pause was, the loop is the window."""
        failure = self.found.failure
        if failure is None or CHANGED_WHILE_ITERATED not in failure.message:
            return None
        return next((site for site in self.busiest.sites if f"{site.site.file}:{site.site.line}" == failure.where), None)

    def _fails_in_teardown(self) -> bool:
        return self.found.failure is not None and self.found.failure.phase == "teardown"

    # delays

    def _failing_delays(self) -> list[Delay]:
        starts = workers.others(self.trace, self.victim)[:MOST_THREADS] + workers.processes(self.trace)
        within = workers.within(self.trace, self.victim)[:MOST_SHARED]
        for seconds in WAIT_DELAYS:
            for what, delays in (("before the start of", starts), ("within", within)):
                self.late.told(f"{seconds:g} s more {what} the other threads, tasks and processes ({len(delays)} places)")
                failing = self.late.failing([replace(delay, forcing=replace(delay.forcing, seconds=seconds)) for delay in delays])
                if failing:
                    return failing
        return []

    def _failing_operations(self) -> list[Delay]:
        """Where nobody else's lateness matters, the test's own may: in the middle of what a library does, where no line is probed."""
        delays = workers.slow_operations(self.trace, self.victim, SLOW)
        self.late.told(f"{SLOW:g} s more for each of {len(delays)} operations of the system")
        return self.late.failing(delays)

    # a wait that is too short

    def _too_short(self, failing: Sequence[Delay]) -> TimingFlip | None:
        for delay in failing:
            seconds = STRETCH * delay.forcing.seconds
            # The limit of a polling loop before the pause inside of it: a longer pause heals too, but is not what one mends.
            longer = [*self._longer_polls(delay, seconds), *self._longer_waits(delay.thread, seconds)][:MOST_WAITS]
            self.late.told(f"stretching each of {len(longer)} waits while {delay.name} is late")
            ways = [(site, self.late.forced(delay.forcing, one)) for site, one in longer]
            flip = self.late.first_that_heals("wait", delay, self.late.forced(delay.forcing), ways)
            if flip is not None:
                return flip
        return None

    def too_short_for(self, flip: Flip, *, sleeps: bool) -> TimingFlip | None:
        """Stretch each wait while the draw is forced to what fails."""
        late, drawn = replace(flip.failing_request, trace=False), flip.suspects[0].site.site
        longer = [way for way in self._longer_waits("", PATIENT) if sleeps or not waiting.is_sleep(way[0])][:MOST_WAITS]
        self.late.told(f"stretching each of {len(longer)} waits while {drawn.file}:{drawn.line} takes long")
        delay = Delay(forcing=late.forcings[0], name=f"what {drawn.file}:{drawn.line} draws", thread="")
        ways = [(site, replace(late, forcings=(*late.forcings, one))) for site, one in longer]
        return self.late.first_that_heals("wait", delay, late, ways)

    def _longer_waits(self, delayed: str, seconds: float) -> list[tuple[TracedSite, Forcing]]:
        """A wait in a loop lasts longer in every round: what each gets is bounded, or one run would take minutes."""
        found = []
        for site in waiting.waits(self.trace, self.late.own, delayed):
            rounds = max(1, workers.evaluations(self.trace, site.site.key))
            each = min(seconds, max(MOST_IN_LOOPS, seconds) / rounds)
            found.append((site, Forcing(kind="stretch", site=site.site.key, seconds=each)))
        return found

    def _longer_polls(self, delay: Delay, seconds: float) -> list[tuple[TracedSite, Forcing]]:
        """A loop that polls until a deadline waits longer if the clock that it reads is put back; named is the line that sets the limit.

        Only what is read again and again while it waits is a loop: two readings may also just take the time.
        """
        polls = waiting.polls(self.trace, delay.thread)
        late = self.late.run([replace(self.late.forced(delay.forcing), trace=True)])[0].trace if polls else None
        return [
            (workers.called_from(self.trace, limit, self.victim), Forcing(kind="advance", site=read.site.key, seconds=-seconds))
            for limit, read in polls if workers.evaluations(late, read.site.key) > 1
        ]  # fmt: skip

    # work that nobody waits for

    def _not_awaited(self, failing: Sequence[Delay]) -> TimingFlip | None:
        for delay in self._unjoined(failing):
            early = self._signalled_early(delay)
            if early is not None:
                return early
            site = delay.site if delay.site is not None else workers.started_at(self.trace, delay.thread)
            if site is not None:
                named = workers.called_from(self.trace, site, self.victim)
                flip = self._healed_by_patience(delay, named, site)
                if flip is not None:
                    return flip
        return None

    def _unjoined(self, delays: Sequence[Delay]) -> list[Delay]:
        """Leave out threads that are joined before the line that fails: they may meet each other, but are done when it comes."""
        fails_at = self.found.failure.test_line if self.found.failure is not None else ""
        joined = workers.joined_before(self.trace, self.late.own, fails_at)
        return [delay for delay in delays if not (joined and delay.thread.startswith("thread:"))]

    def _signalled_early(self, delay: Delay) -> TimingFlip | None:
        """Where the others do wait, but for a signal that comes before the work: being late right before the signal harms nobody."""
        found = waiting.signal_before(self.trace, delay)
        if found is None:
            return None
        signal, before, after = found
        failing = self.late.forced(after)
        flip = self.late.first_that_heals("early", delay, failing, [(signal, self.late.forced(before))])
        if flip is not None or not self.late.base.failed:
            return flip
        # By itself it fails too often for that to show. If the test does wait for the signal, waiting behind that heals as well.
        seen = self.late.run([replace(self.late.forced(before), trace=True)])[0].trace
        waited = waiting.waited_for(seen, signal, self.late.own, LONG_ENOUGH * before.seconds) if seen is not None else None
        if waited is None:
            return None
        behind = replace(waited, seconds=STRETCH * after.seconds)
        return self.late.first_that_heals("early", delay, failing, [(signal, self.late.forced(after, behind))])

    def _healed_by_patience(self, delay: Delay, named: TracedSite, started: TracedSite) -> TimingFlip | None:
        """Make the test itself wait: after the start, at its next await, before its teardown; what heals first is confirmed."""
        ways = [
            (named, self.late.forced(delay.forcing, *way))
            for seconds in (STRETCH * delay.forcing.seconds, max(PATIENT, STRETCH * delay.forcing.seconds))
            for way in self._patience(named, started, seconds)
        ]
        self.late.told(f"waiting in {len(ways)} ways for what {named.site.file}:{named.site.line} starts")
        return self.late.first_that_heals("unawaited", delay, self.late.forced(delay.forcing), ways)

    def _patience(self, named: TracedSite, started: TracedSite, seconds: float) -> list[tuple[Forcing, ...]]:
        tasks = tuple(Forcing(kind="hold", what=name, seconds=seconds) for name in self.late.own if name != MAIN)
        after = Forcing(kind="delay", site=named.site.key, seconds=seconds)
        last = replace(after, first=max(0, workers.evaluations(self.trace, named.site.key) - 1))
        awaited = waiting.awaited_after(self.trace, started, self.late.own)
        ways = [(after, *tasks), (last, *tasks)] if named.source_kind != "process" else [tasks]
        ways += [(replace(awaited, seconds=seconds),)] if awaited is not None else []
        if self._fails_in_teardown():
            ways.append((Forcing(kind="pause", what="teardown", seconds=seconds),))
        return list(dict.fromkeys(way for way in ways if way))

    # what was started before, and meets the test when that takes longer

    def _overtaken(self) -> TimingFlip | None:
        """Make the test itself slow; where it passes all the same when another thread begins later, that thread came in between."""
        others = self._unjoined(workers.others(self.busiest, self.victim)[:MOST_THREADS])
        places = workers.own_places(self.busiest, self.victim)[:MOST_SHARED] if others else []
        for seconds in OWN_DELAYS if places else ():
            self.late.told(f"{seconds:g} s more at each of {len(places)} places of the test itself")
            for pause in self.late.failing([replace(place, forcing=replace(place.forcing, seconds=seconds)) for place in places]):
                flip = self._come_in_between(pause, others)
                if flip is not None:
                    return flip
        return None

    def _come_in_between(self, pause: Delay, others: Sequence[Delay]) -> TimingFlip | None:
        for other in others:
            site = workers.started_at(self.busiest, other.thread)
            if site is not None:
                slow = replace(pause, name=other.name, pause=f"the test takes {pause.forcing.seconds:g} s longer")
                named = workers.timer_of(self.busiest, other.thread) or site
                ways = [(named, self.late.forced(pause.forcing, replace(other.forcing, seconds=HELD)))]
                flip = self.late.first_that_heals("overtaken", slow, self.late.forced(pause.forcing), ways)
                if flip is not None:
                    return flip
        return None
