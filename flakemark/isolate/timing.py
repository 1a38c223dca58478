"""Waits, races and work that nobody waits for: found by delaying the others, proven by stretching the wait.

Source: delaying a critical point and waiting at a barrier point is from S. Rahman, A. Shi, "FlakeSync", ICSE 2024; near
misses and delays between a read and a write from G. Li et al., "TSVD", SOSP 2019. Telling the three apart by which
counter-measure heals is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from flakemark.events import Trace, TracedSite
from flakemark.isolation import Tally, TimingFlip
from flakemark.runs import BudgetSpent, Forcing, Reproduction, Runner, RunRequest, RunResult, Told

WAIT_DELAYS = (0.1, 0.3)  # seconds
RACE_DELAYS = (0.04, 0.25)
STRETCH = 3.0  # times the delay
MOST_THREADS, MOST_WAITS, MOST_SHARED, MOST_DELAYS = 8, 12, 48, 6
CONFIRMATIONS, BATCH = 30, 6
ROUNDS = (1, 2, 5)  # a race fails by itself now and then: what always fails with a pause survives
MAIN = "main"


@dataclass(frozen=True, slots=True)
class Delay:
    """Something that can be made to come later, its forcing, and its name for people."""

    forcing: Forcing
    name: str
    thread: str
    site: TracedSite | None = None


def works_at_once(trace: Trace | None, victim: str) -> bool:
    """Whether anything but the test itself was at work: threads, tasks, processes."""
    return trace is not None and bool(_others(trace, victim) or _processes(trace))


def isolate_timing(runner: Runner, found: Reproduction, told: Told) -> TimingFlip | None:
    """Find the wait that is too short, the unprotected window, or the work that nobody waits for.

    Args:
        runner: executes runs.
        found: has a passing run in which something else was at work.
        told: is told each step.

    Returns:
        None if no delay makes the test fail in the wanted way, or time is up before.
    """
    with suppress(BudgetSpent):
        return _Timing(runner, found, told).run()
    return None


class _Timing:
    def __init__(self, runner: Runner, found: Reproduction, told: Told) -> None:
        self.runner, self.found, self.told = runner, found, told
        self.request = replace(found.passing[0].request, trace=False, forcings=())
        trace = found.passing[0].trace
        self.trace: Trace = trace if trace is not None else Trace((), (), ())
        self.own = _own_threads(self.trace, self.request.victim)

    def run(self) -> TimingFlip | None:
        """Waits first: a wait that heals explains more than the window that it leaves open."""
        failing = self._failing_delays()
        return self._too_short(failing) or self._race() or self._not_awaited(failing)

    # delays

    def _failing_delays(self) -> list[Delay]:
        starts = _others(self.trace, self.request.victim)[:MOST_THREADS] + _processes(self.trace)
        within = _within(self.trace, self.request.victim)[:MOST_SHARED]
        for seconds in WAIT_DELAYS:
            for what, delays in (("before the start of", starts), ("within", within)):
                self.told(f"{seconds:g} s more {what} the other threads, tasks and processes ({len(delays)} places)")
                failing = self._failing([replace(delay, forcing=replace(delay.forcing, seconds=seconds)) for delay in delays])
                if failing:
                    return failing
        return []

    def _failing(self, delays: Sequence[Delay]) -> list[Delay]:
        kept = list(delays)
        for times in ROUNDS:
            fails = self._fails([(delay.forcing,) for delay in kept for _ in range(times)])
            kept = [delay for place, delay in enumerate(kept) if all(fails[place * times : (place + 1) * times])]
        return kept[:MOST_DELAYS]

    def _fails(self, forcings: Sequence[tuple[Forcing, ...]]) -> list[bool]:
        results = self.runner.run([self._with(*chosen) for chosen in forcings])
        return [self._is_wanted(result) for result in results]

    def _is_wanted(self, result: RunResult) -> bool:
        return result.failed and result.failure is not None and self.found.wants(result.failure)

    def _with(self, *forcings: Forcing) -> RunRequest:
        return replace(self.request, forcings=forcings)

    # a wait that is too short

    def _too_short(self, failing: Sequence[Delay]) -> TimingFlip | None:
        for delay in failing:
            seconds = STRETCH * delay.forcing.seconds
            # The limit of a polling loop before the pause inside of it: a longer pause heals too, but is not what one mends.
            longer = [*self._longer_polls(delay.thread, seconds), *self._longer_waits(delay.thread, seconds)][:MOST_WAITS]
            self.told(f"stretching each of {len(longer)} waits while {delay.name} is late")
            results = self.runner.run([self._with(delay.forcing, one) for _, one in longer])
            for (site, one), result in zip(longer, results, strict=True):
                if result.passed:
                    flip = self._confirmed("wait", (site,), delay, self._with(delay.forcing), self._with(delay.forcing, one))
                    if flip is not None:
                        return flip
        return None

    def _longer_waits(self, delayed: str, seconds: float) -> list[tuple[TracedSite, Forcing]]:
        waits = _waits(self.trace, self.own, delayed)
        return [(site, Forcing(kind="stretch", site=site.site.key, seconds=seconds)) for site in waits]

    def _longer_polls(self, delayed: str, seconds: float) -> list[tuple[TracedSite, Forcing]]:
        """A loop that polls until a deadline waits longer if the clock that it reads is put back; named is the line that sets the limit."""
        polls = _polls(self.trace, delayed)
        return [
            (_called_from(self.trace, limit, self.request.victim), Forcing(kind="advance", site=read.site.key, seconds=-seconds))
            for limit, read in polls
        ]

    # an unprotected window

    def _race(self) -> TimingFlip | None:
        shared = _shared(self.trace)[:MOST_SHARED]
        for seconds in RACE_DELAYS if shared else ():
            self.told(f"a pause of {seconds:g} s after each of {len(shared)} places that several threads run")
            inside = shared
            for times in ROUNDS:
                inside = self._always_failing(inside, seconds, times)
            if inside:
                return self._window(inside, seconds)
        return None

    def _always_failing(self, sites: Sequence[TracedSite], seconds: float, times: int) -> list[TracedSite]:
        pauses = [(Forcing(kind="delay", site=site.site.key, seconds=seconds),) for site in sites for _ in range(times)]
        fails = self._fails(pauses)
        return [site for place, site in enumerate(sites) if all(fails[place * times : (place + 1) * times])]

    def _window(self, inside: list[TracedSite], seconds: float) -> TimingFlip | None:
        # Callees complete before their caller goes on: the last flipping site is in the function that holds the window.
        last = inside[-1].site
        sites = [site for site in inside if (site.site.file, site.site.function) == (last.file, last.function)]
        pauses = [Forcing(kind="delay", site=site.site.key, seconds=seconds) for site in [*sites, *inside][:6]]
        pause = max(pauses, key=lambda one: self._count(self.runner.run([self._with(one)] * BATCH)).failed)
        delay = Delay(pause, f"a pause of {seconds:g} s inside of it", "")
        passing = self._with(pause, *self._locks(last.function)) if self._locks(last.function) else self.request
        return self._confirmed("race", tuple(sorted(sites, key=lambda site: site.site.line)), delay, self._with(pause), passing)

    def _locks(self, function: str) -> list[Forcing]:
        """Hold one lock around every call of the function that holds the window: what would mend it."""
        name = function.rsplit(".", 1)[-1]
        callers = [site for site in self.trace.sites if site.site.kind == "call" and site.site.callee == name]
        return [Forcing(kind="lock", site=site.site.key) for site in callers]

    # work that nobody waits for

    def _not_awaited(self, failing: Sequence[Delay]) -> TimingFlip | None:
        for delay in failing:
            site = delay.site if delay.site is not None else _started_at(self.trace, delay.thread)
            if site is not None:
                named = _called_from(self.trace, site, self.request.victim)
                patient = self._with(delay.forcing, *self._patience(named, STRETCH * delay.forcing.seconds))
                flip = self._confirmed("unawaited", (named,), delay, self._with(delay.forcing), patient)
                if flip is not None:
                    return flip
        return None

    def _patience(self, started: TracedSite, seconds: float) -> list[Forcing]:
        """Make the test itself wait after the start: what is missing. Inside of a loop its own task is held instead."""
        tasks = [Forcing(kind="hold", what=name, seconds=seconds) for name in self.own if name != MAIN]
        return [Forcing(kind="delay", site=started.site.key, seconds=seconds), *tasks] if started.source_kind != "process" else tasks

    # confirming

    def _confirmed(
        self, kind: str, sites: tuple[TracedSite, ...], delay: Delay, failing: RunRequest, passing: RunRequest
    ) -> TimingFlip | None:
        place = sites[0].site
        self.told(f"confirming {place.file}:{place.line}")
        down, up = Tally(), Tally()
        with suppress(BudgetSpent):  # what was counted until then counts
            for _ in range(0, CONFIRMATIONS, BATCH):
                down = down + self._count(self.runner.run([failing] * BATCH))
                up = up + self._count(self.runner.run([passing] * BATCH))
                if down.failed < 0.8 * down.runs or up.passed < 0.8 * up.runs:
                    return None
        flip = TimingFlip(
            kind=kind, sites=sites, delayed=delay.name, to_failing=down, to_passing=up, base=self._base(),
            failing_request=failing, passing_request=passing,
        )  # fmt: skip
        return flip if flip.accepted else None

    def _count(self, results: Sequence[RunResult]) -> Tally:
        passed = sum(result.passed for result in results)
        failed = sum(self._is_wanted(result) for result in results)
        return Tally(passed, failed, len(results) - passed - failed)

    def _base(self) -> Tally:
        natural = [*self.found.plain, *self.found.natural]
        return Tally(sum(run.passed for run in natural), sum(run.failed for run in natural))


# what a trace says about threads


def _own_threads(trace: Trace, victim: str) -> frozenset[str]:
    """The test's own logical threads: main, and the task that runs an async test."""
    function = victim.rsplit("::", 1)[-1].split("[", 1)[0]
    return frozenset(name for name in trace.threads if name == MAIN or name.startswith(f"task:{function}#"))


def _others(trace: Trace, victim: str) -> list[Delay]:
    own, used = _own_threads(trace, victim), {event.thread for event in trace.events}
    names = [name for number, name in enumerate(trace.threads) if name not in own and number in used]
    return [Delay(Forcing(kind="hold", what=name), name.replace(":", " "), name) for name in names]


def _within(trace: Trace, victim: str) -> list[Delay]:
    """List the first and the last evaluation of each site that another thread runs; in tasks only where they await."""
    own = _own_threads(trace, victim)
    counts: dict[int, int] = {}
    places: dict[int, tuple[str, set[int]]] = {}
    for event in trace.events:
        number = counts[event.site] = counts.get(event.site, -1) + 1
        thread = trace.threads[event.thread]
        if thread in own or (thread.startswith("task:") and trace.sites[event.site].site.kind != "await"):
            continue
        first = places.setdefault(event.site, (thread, {number}))[1]
        places[event.site] = (thread, {min(first), number})
    return [
        Delay(Forcing(kind="delay", site=trace.sites[site].site.key, first=number), thread.replace(":", " "), thread)
        for site, (thread, numbers) in places.items()
        for number in sorted(numbers)
    ]


def _processes(trace: Trace) -> list[Delay]:
    found = {trace.sites[event.site].site.key: trace.sites[event.site] for event in trace.events}
    counts: dict[str, int] = {}
    delays = []
    for event in trace.events:
        site = found[trace.sites[event.site].site.key]
        if site.source_kind == "process":
            number = counts[site.site.key] = counts.get(site.site.key, -1) + 1
            delays.append(Delay(Forcing(kind="delay", site=site.site.key, first=number), f"process {number + 1}", "", site))
    return delays[:4]


def _by_site(trace: Trace) -> dict[int, set[int]]:
    threads: dict[int, set[int]] = {}
    for event in trace.events:
        threads.setdefault(event.site, set()).add(event.thread)
    return threads


def _waits(trace: Trace, own: frozenset[str], delayed: str) -> list[TracedSite]:
    """List the waits that somebody else than the delayed thread makes, the test's own first."""
    found = []
    for number, threads in _by_site(trace).items():
        names = {trace.threads[thread] for thread in threads}
        if trace.sites[number].source_kind == "wait" and names - {delayed}:
            found.append((not names & own, trace.sites[number]))
    return [site for _, site in sorted(found, key=lambda entry: entry[0])]


def _polls(trace: Trace, delayed: str) -> list[tuple[TracedSite, TracedSite]]:
    """List the clocks that are read in loops: (the reading before, which sets the deadline; the reading in the loop)."""
    found: dict[str, tuple[TracedSite, TracedSite]] = {}
    before: dict[str, TracedSite] = {}
    for event in trace.events:
        site = trace.sites[event.site]
        if site.source_kind == "clock" and trace.threads[event.thread] != delayed:
            function = f"{site.site.file}:{site.site.function}"
            earlier = before.setdefault(function, site)
            if earlier != site:
                found.setdefault(site.site.key, (earlier, site))
    return list(found.values())


def _shared(trace: Trace) -> list[TracedSite]:
    """List the sites that several threads run, or could: those of a kind of which there are several. In order of their last completion."""
    kinds = [name.rpartition("#")[0] for name in trace.threads]
    many = {number for number, kind in enumerate(kinds) if kinds.count(kind) > 1}
    several = {number for number, threads in _by_site(trace).items() if len(threads) > 1 or threads & many}
    order = {event.site: place for place, event in enumerate(trace.events) if event.site in several}
    return [trace.sites[number] for number in sorted(order, key=order.__getitem__)]


def _started_at(trace: Trace, thread: str) -> TracedSite | None:
    """Find the line that started a logical thread: the n-th of its family was started at the n-th start."""
    family = "task" if thread.startswith("task:") else "thread"
    members = [name for name in trace.threads if name.startswith(family + ":")]
    started = [trace.sites[event.site] for event in trace.events if trace.sites[event.site].source_kind == "start"]
    starts = [site for site in started if ("task" in site.source_name or "future" in site.source_name) == (family == "task")]
    if not starts:
        return None
    place = members.index(thread) - max(0, len(members) - len(starts))
    return starts[min(max(place, 0), len(starts) - 1)]


def _called_from(trace: Trace, site: TracedSite, victim: str) -> TracedSite:
    """Climb out of helpers of the tests: what matters is the line of the test that did not wait."""
    folder = victim.rsplit("/", 1)[0] if "/" in victim else ""
    for event in trace.events:
        caller = trace.sites[event.site]
        helper = site.site.function.rsplit(".", 1)[-1]
        if caller.site.kind == "call" and caller.site.callee == helper and site.site.file.startswith(folder):
            return caller
    return site
