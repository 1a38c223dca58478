"""Unprotected windows: where a pause between a read and a write makes the test fail, and what closes the window heals it.

Source: near misses and delays between a read and a write are from G. Li et al., "TSVD", SOSP 2019.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from flakemark.events import TracedSite
from flakemark.isolate import workers
from flakemark.isolate.counting import BATCH
from flakemark.isolate.lateness import MOST_SHARED, MOST_THREADS, ROUNDS, Lateness
from flakemark.isolate.workers import Delay
from flakemark.isolation import TimingFlip
from flakemark.runs import Forcing, RunRequest
from flakemark.statistics import Sequential

RACE_DELAYS = (0.04, 0.25)
HELD_BACK = 0.1  # seconds by which others begin later, to come in the middle of the longer of these
GAP = 3.0  # times the pause, between threads that run one after the other
MOST_PAUSES, MOST_TIED = 4, 3
MOST_PASSAGES, ASKED = 6, 3  # that are late before the window, and runs of each
LEAST_BASE, NEARLY_ALWAYS, ERROR = 0.3, 0.95, 0.01  # rates of failing with a pause outside and inside of a window; of a place

# From the sites of a window and a pause inside of it to runs with that pause, or likewise one, that may pass; best proof first.
Mending = Callable[[Sequence[TracedSite], Forcing], list[RunRequest]]


class Windows:
    """Looks for the window that several threads run through, or that others come into.

    Args:
        late: makes things late.
        places: where the window may be, last completed last, and in which evaluation a pause is made.
    """

    def __init__(self, late: Lateness, places: Sequence[tuple[TracedSite, int]]) -> None:
        self.late = late
        self.places = [site for site, _ in places[:MOST_SHARED]]
        self._first = {site.site.key: first for site, first in places}
        self._beside: tuple[Forcing, ...] = ()  # what is forced beside every pause
        self._paused: dict[float, list[TracedSite]] = {}  # where a pause of so many seconds fails nearly always

    def race(self, *, mended: bool = False) -> TimingFlip | None:
        """Find the window; with `mended`, the mere absence of the pause is no proof."""
        if self.late.base.failed * 2 > self.late.base.runs:  # where most runs fail anyway, pauses tell nothing, and what heals tells all
            return self._race_by_locks(mended=mended)
        for seconds in RACE_DELAYS if self.places else ():
            if seconds not in self._paused:
                self.late.told(f"a pause of {seconds:g} s after each of {len(self.places)} places that several threads run")
                self._paused[seconds] = self._nearly_always_failing(self.places, seconds)
            inside = self._paused[seconds]
            flip = self._window(inside, seconds, self._mending(mended=mended)) if inside else None
            if flip is not None:
                return flip
        return None

    def of_the_test(self) -> TimingFlip | None:
        """Find the window that the test alone runs through, and others come into: what they can see is not complete yet.

        There is nothing to be locked or to be done in turns: the same pause right before it is the only control.
        """
        if self.late.base.failed * 2 > self.late.base.runs or not self.places:
            return None
        for seconds, held in ((RACE_DELAYS[0], 0.0), (RACE_DELAYS[1], HELD_BACK)):
            # Who comes once must come in the middle of a long pause, and not before it.
            self._beside = self._others_later(held) if held else ()
            self.late.told(f"a pause of {seconds:g} s after each of {len(self.places)} places that the test comes by")
            inside = self._nearly_always_failing(self.places, seconds)
            flip = self._window(inside, seconds, partial(self._paused_right_before, inside)) if inside else None
            if flip is not None:
                return flip
        return None

    def _others_later(self, seconds: float) -> tuple[Forcing, ...]:
        others = workers.others(self.late.busiest, self.late.request.victim)[:MOST_THREADS]
        return tuple(Forcing(kind="hold", what=other.thread, seconds=seconds) for other in others)

    def _forced(self, *forcings: Forcing) -> RunRequest:
        return self.late.forced(*forcings, *self._beside)

    def _race_by_locks(self, *, mended: bool) -> TimingFlip | None:
        """Hold a lock around each function that several threads run; the innermost that heals holds the window."""
        # A callee's last line completes before the last one of its caller.
        lasts = {site.site.function: place for place, site in enumerate(self.places)}
        functions = sorted((function for function in lasts if self._locks(function)), key=lasts.__getitem__)
        self.late.told(f"a lock around each of {len(functions)} functions that several threads run")
        for times in ROUNDS[1:]:
            results = self.late.run([self.late.forced(*self._locks(function)) for function in functions for _ in range(times)])
            passes = [result.passed for result in results]
            functions = [one for place, one in enumerate(functions) if all(passes[place * times : (place + 1) * times])]
        inside = [site for site in self.places if site.site.function in functions[:1]]
        return self._window(inside, RACE_DELAYS[0], self._mending(mended=mended)) if inside else None

    def _mending(self, *, mended: bool) -> Mending:
        return partial(self._without_a_race, mended=mended)

    def _nearly_always_failing(self, sites: Sequence[TracedSite], seconds: float) -> list[TracedSite]:
        """Keep the places where a pause fails nearly always, and not as it does by itself: one lucky run leaves none out."""
        by_itself = (self.late.base.failed + 1) / (self.late.base.runs + 2)
        test = Sequential(max(LEAST_BASE, by_itself), NEARLY_ALWAYS, ERROR)
        hits, said, runs = [0] * len(sites), [None] * len(sites), 0  # type: list[int], list[bool | None], int
        while None in said:
            runs += 1
            places = [place for place, one in enumerate(said) if one is None]
            asked = [(self._pause(sites[place], seconds), *self._beside) for place in places]
            for place, fails in zip(places, self.late.fails(asked), strict=True):
                hits[place] += fails
                said[place] = test.decide(hits[place], runs)
        return [site for site, one in zip(sites, said, strict=True) if one]

    def _window(self, inside: Sequence[TracedSite], seconds: float, mending: Mending) -> TimingFlip | None:
        """Find the function that holds the window, and confirm it.

        Callees complete before their caller goes on: it is that of the last flipping site, unless that one only seemed to flip.
        """
        left = list(inside)
        while left:
            last = left[-1].site
            sites = [site for site in left if (site.site.file, site.site.function) == (last.file, last.function)]
            pause, own = self._surest([self._pause(site, seconds) for site in [*sites, *left]], {site.site.key for site in sites})
            if own:
                return self._window_between(sites, pause, mending)
            left = [site for site in left if site not in sites]
        return None

    def _surest(self, pauses: Sequence[Forcing], own: set[str]) -> tuple[Forcing, bool]:
        """Choose the pause that fails most often, and say whether one of its own does so nearly always."""
        candidates = list(dict.fromkeys(pauses))[:MOST_PAUSES]
        hits = dict.fromkeys(candidates, 0)
        for tied in (MOST_PAUSES, MOST_TIED):
            candidates = [one for one in candidates if hits[one] == max(hits.values())][:tied]
            for one in candidates:
                hits[one] += self.late.count(self.late.run([self._forced(one)] * BATCH)).failed
        asked = {one for one in hits if one.site in own}
        return max(hits, key=hits.__getitem__), any(hits[one] >= BATCH for one in asked)

    def _window_between(self, sites: Sequence[TracedSite], pause: Forcing, mending: Mending) -> TimingFlip | None:
        delay = Delay(forcing=pause, name=f"a pause of {pause.seconds:g} s inside of it", thread="")
        window = list(sites)
        if all(site.site.kind == "await" for site in sites):
            window = list(dict.fromkeys(one for site in sites for one in workers.around_await(self.late.busiest, site)))
        ordered = tuple(sorted(window, key=lambda site: site.site.line))
        for passing in mending(sites, pause):
            flip = self.late.confirmed("race", ordered, delay, self._forced(pause), passing)
            if flip is not None:
                return flip
        return None

    def _without_a_race(self, sites: Sequence[TracedSite], pause: Forcing, *, mended: bool) -> list[RunRequest]:
        """List what may mend it, best proof first: a lock around it, the pause before it, the threads in turns, no pause."""
        locks = self._locks(sites[-1].site.function)
        turns = [
            Forcing(kind="hold", what=other.thread, seconds=place * GAP * pause.seconds)
            for place, other in enumerate(workers.others(self.late.busiest, self.late.request.victim)[:MOST_THREADS]) if place
        ]  # fmt: skip
        ways = [(pause, *locks)] if locks else []
        locked = [self.late.forced(*way) for way in ways]
        rest = [self.late.forced(*way) for way in [*([(pause, *turns)] if turns else []), *([] if mended else [()])]]
        return [*locked, *self._paused_before(sites, pause), *rest]

    def _paused_right_before(self, inside: Sequence[TracedSite], sites: Sequence[TracedSite], pause: Forcing) -> list[RunRequest]:
        """Return the same pause where the test itself is right before it enters the window; none if that is not harmless."""
        numbers = {site.site.key: self._first[site.site.key] for site in sites}
        before = workers.evaluated_before(self.late.busiest, numbers, {site.site.key for site in inside})
        if before is None:
            return []
        passing = self._forced(replace(pause, site=before.site, first=before.first))
        return [passing] if any(result.passed for result in self.late.run([passing] * ASKED)) else []

    def _paused_before(self, sites: Sequence[TracedSite], pause: Forcing) -> list[RunRequest]:
        """Return the same pause right before the window; none if there is no such place, or in one of the passages it is not harmless.

        Where any passage that is late makes the test fail, it is no window that matters but that somebody is late.
        """
        before = workers.before_window(self.late.busiest, sites) if any(site.site.kind != "await" for site in sites) else None
        if before is None:
            return []
        passages = min(workers.evaluations(self.late.busiest, before.site.key), MOST_PASSAGES)
        pauses = [replace(pause, site=before.site.key, first=number) for number in range(passages)]
        fails = self.late.fails([(one,) for one in pauses for _ in range(ASKED)])
        harmful = any(all(fails[place * ASKED : (place + 1) * ASKED]) for place in range(passages))
        return [] if harmful else [self.late.forced(pauses[0])]

    def _locks(self, function: str) -> list[Forcing]:
        """Hold one lock around every call of the function that holds the window: what would mend it."""
        name = function.rsplit(".", 1)[-1]
        callers = [site for site in self.late.busiest.sites if site.site.kind == "call" and site.site.callee == name]
        return [Forcing(kind="lock", site=site.site.key) for site in callers]

    def _pause(self, site: TracedSite, seconds: float) -> Forcing:
        return Forcing(kind="delay", site=site.site.key, seconds=seconds, first=self._first[site.site.key])
