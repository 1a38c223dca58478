"""Order dependence: the minimal tests that flip the victim, the piece of state they change, the line that writes it.

Source: polluters and brittle tests are from A. Shi et al., "iFixFlakies", FSE 2019; restoring the state piece by
piece and following the piece that heals to its writing line is ours. Pollution can be flaky itself (a thread that was
left running, an import that depends on a race): then every question is asked until chance is no answer any more, and
the victim is made slow, so that what was left behind catches it every time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from math import ceil, log

from flakemark.events import EMPTY, TracedSite
from flakemark.isolate.flip import MOSTLY, count
from flakemark.isolate.minimise import minimise
from flakemark.isolate.workers import MAIN
from flakemark.isolation import CHANCE, OrderFlip, Tally
from flakemark.model import NodeId
from flakemark.runs import GARBAGE, BudgetSpent, Forcing, Runner, RunRequest, RunResult, StateChange, StateWrite, Told, run_what_fits
from flakemark.statistics import apart

CONFIRMATIONS = 30
BATCH = 6
PIECES = 120
AT_ONCE = 2  # an answer of chance is no answer, even where the first one was clear
MISSED = 0.01  # how often a test that matters may be left out
MOST_ASKED = 24  # runs; pollution that is rarer than one in six is beyond the budget of most
SLOWER = (0.3, 1.0)  # seconds
MOST_PLACES, FEW_PLACES = 12, 3
SHARE_OF_CONFIRMING = 0.2  # of the time that is left, each time; never fewer than 2 * BATCH runs
THREAD = "thread "
DRAWN = frozenset({"random state", "numpy's random state"})  # of the generators that belong to nobody
SELDOM = 0.05  # like CHANCE, where it never happens without them; fewer failures may be those of a test that is rarely flaky by itself
KEPT = StateChange(GARBAGE, "none", "what nobody refers to any more, and the collector has not found yet")
NEVER = 300.0  # seconds; longer than any run
PATIENCE = 4.0  # times what a run takes that nothing holds up, and a second more


def isolate_order(runner: Runner, ordered: RunResult, told: Told, state: str = "") -> OrderFlip | None:
    """Find out why the victim ends otherwise when other tests run first.

    Args:
        runner: executes runs.
        ordered: a run in the order of the report that ended otherwise than the victim does alone.
        told: is told each step.
        state: the path of what healed another test after the same ones, put back first; "" for none.

    Returns:
        None if the outcome does not repeat, or comes as often without the others.
    """
    return _Order(runner, ordered, told, state).run()


class _Order:
    def __init__(self, runner: Runner, ordered: RunResult, told: Told, state: str) -> None:
        self.runner, self.ordered, self.told, self.suspected = runner, ordered, told, state
        self.pollutes = ordered.failed
        self.times = AT_ONCE
        self.slower: tuple[Forcing, ...] = ()
        self.patience = PATIENCE

    def run(self) -> OrderFlip | None:
        """Minimise, confirm, look for the state."""
        with suppress(BudgetSpent):
            return self._isolated(self.ordered.request.before)
        return None

    def _isolated(self, everything: tuple[NodeId, ...]) -> OrderFlip | None:
        rate = self._rate(everything)
        if not rate:
            return None
        self.times = _asked_at(rate)
        chosen = self._minimal(everything)
        if rate < 1 and self.pollutes:
            chosen = self._with_a_slower_victim(chosen)
        failure = self._failure()
        self.told(f"confirming {chosen[-1]}")
        with_them, alone = self._confirm(self._request(chosen), self._request(()))
        if rate == 1 and self.pollutes and with_them.failed and with_them.passed:  # it only looked as if it failed every time
            self.times = _asked_at(with_them.failed / with_them.runs)
            chosen = self._with_a_slower_victim(chosen)
            with_them, alone = self._confirm(self._request(chosen), self._request(())) if self.slower else (with_them, alone)
        if not self._matters(with_them, alone):
            return None
        change, healed, write = self._state(chosen) if self.pollutes else (None, Tally(), None)
        if change is not None and change.path in DRAWN and not self._whatever_is_drawn(chosen):
            return None
        cut = Tally()
        if self.pollutes and write is None:
            cut, write = self._cut_short(chosen)
        return OrderFlip(
            tests=chosen,
            pollutes=self.pollutes,
            with_them=with_them,
            alone=alone,
            change=change,
            healed=healed,
            cut=cut,
            write=write,
            failure=failure,
            with_request=self._request(chosen),
            alone_request=self._request(()),
        )

    def _matters(self, with_them: Tally, alone: Tally) -> bool:
        """Whether the other tests make a difference: a test that fails now and then by itself does so after others as well."""
        after, without = (with_them, alone) if self.pollutes else (with_them.swapped, alone.swapped)
        by_chance = apart(after.failed, after.runs, without.failed, without.runs)
        return by_chance < (CHANCE if without.failed else SELDOM)

    def _whatever_is_drawn(self, chosen: Sequence[NodeId]) -> bool:
        """Whether it fails after them with other seeds, too: one who only draws leaves another state each time, one who seeds the same."""
        request = self._request(chosen)
        results = self.runner.run([replace(request, seed=request.seed + number) for number in range(1, BATCH + 1)])
        return sum(map(self._same, results)) >= MOSTLY * BATCH

    def _minimal(self, tests: tuple[NodeId, ...]) -> tuple[NodeId, ...]:
        self.told(f"which of {len(tests)} earlier tests matters")
        return minimise(tests, self._flips, lambda: self.runner.seconds_left() > 0)

    def _with_a_slower_victim(self, chosen: tuple[NodeId, ...]) -> tuple[NodeId, ...]:
        """Make the victim slow, so that chance is out of it: tests that only took time before may matter no longer."""
        self._make_slower(chosen)
        return self._minimal(chosen) if self.slower and len(chosen) > 1 else chosen

    def _failure(self) -> RunResult:
        return self.ordered if self.pollutes else self.runner.run([self._request(())])[0]

    def _request(self, before: Sequence[NodeId]) -> RunRequest:
        return replace(self.ordered.request, before=tuple(before), trace=False, forcings=(*self.ordered.request.forcings, *self.slower))

    # how often

    def _rate(self, everything: tuple[NodeId, ...]) -> float:
        """Measure how often the victim ends so after all of them; 0 if it never does again."""
        hits = asked = 0
        while asked < MOST_ASKED and (asked < AT_ONCE or (hits < asked and hits < 4)):
            results = self.runner.run([self._request(everything)] * AT_ONCE)
            hits, asked = hits + sum(map(self._same, results)), asked + AT_ONCE
        return hits / asked

    def _flips(self, before: tuple[NodeId, ...]) -> bool:
        """Whether the victim ever ends so after these: alone it never does."""
        return self._ever(self._request(before))

    def _ever(self, request: RunRequest) -> bool:
        return any(any(map(self._same, self.runner.run([request] * AT_ONCE))) for _ in range(0, self.times, AT_ONCE))

    def _same(self, result: RunResult) -> bool:
        if not self.pollutes:
            return result.passed
        return result.failed and result.failure is not None and result.failure.is_like(self.ordered.failure)

    def _make_slower(self, chosen: tuple[NodeId, ...]) -> None:
        """Look for a place in the victim where a pause makes it fail every time after them, but not alone."""
        for seconds in SLOWER:
            places = self._places(seconds)
            self.told(f"{seconds:g} s more at each of {len(places)} places of the test, after {chosen[-1]}")
            for times, most in ((1, MOST_PLACES), (2, FEW_PLACES), (5, FEW_PLACES)):
                results = self.runner.run([self._paused(place, chosen) for place in places for _ in range(times)])
                fails = [self._same(result) for result in results]
                places = [place for number, place in enumerate(places) if all(fails[number * times : (number + 1) * times])][:most]
            for place in places:
                after = self.runner.run([self._paused(place, chosen)] * 2 * BATCH)
                if all(map(self._same, after)) and all(one.passed for one in self.runner.run([self._paused(place, ())] * AT_ONCE)):
                    self.slower, self.times = (place,), AT_ONCE
                    return

    def _paused(self, place: Forcing, before: tuple[NodeId, ...]) -> RunRequest:
        request = self._request(before)
        return replace(request, forcings=(*request.forcings, place))

    def _places(self, seconds: float) -> list[Forcing]:
        """List the first and the last evaluation of what stands in the test function itself."""
        traced = self.runner.run([replace(self._request(()), trace=True)])[0].trace
        victim = self.ordered.request.victim
        file, function = victim.split("::")[0], victim.rsplit("::", 1)[-1].split("[")[0]
        counts: dict[str, int] = {}
        for event in traced.events if traced is not None else ():
            site = traced.sites[event.site].site if traced is not None else None
            if site is not None and site.file == file and site.function.rsplit(".", 1)[-1] == function:
                counts[site.key] = counts.get(site.key, 0) + 1
        places = [(key, number) for key, count in counts.items() for number in sorted({0, count - 1})]
        return [Forcing(kind="delay", site=key, seconds=seconds, first=number) for key, number in places][:MOST_PLACES]

    def _confirm(self, *requests: RunRequest) -> list[Tally]:
        """Count how runs of each request end, in turns."""
        tallies = [Tally()] * len(requests)
        until = self.runner.seconds_left() * (1 - SHARE_OF_CONFIRMING)
        for done in range(0, CONFIRMATIONS, BATCH):
            if self.runner.seconds_left() < (0 if done < 2 * BATCH else until):
                break
            for place, request in enumerate(requests):
                tallies[place] += self._count(run_what_fits(self.runner, [request] * BATCH))
        return tallies

    def _count(self, results: Sequence[RunResult]) -> Tally:
        return count(results, self.ordered.failure) if self.pollutes else _any(results)

    # the state

    def _state(self, chosen: Sequence[NodeId]) -> tuple[StateChange | None, Tally, StateWrite | None]:
        change: StateChange | None = None
        healed, write = Tally(), None
        with suppress(BudgetSpent):
            change, healed = self._guilty(chosen)
            write = self._write(chosen, change)
        return change, healed, write

    def _guilty(self, chosen: Sequence[NodeId]) -> tuple[StateChange | None, Tally]:
        """Put back changed pieces of state, half of them at a time, until only those are left that heal the victim."""
        self.told("comparing the shared state")
        request = self._request(chosen)
        compared = self.runner.run([replace(request, compare_state=True, trace=True)])[0]
        self.patience = PATIENCE * (1 + compared.seconds)
        self.names = compared.trace.threads if compared.trace is not None else ()
        # Of several that would heal, the last ones are found first: a container before the name that leads to it.
        changes = sorted(compared.state[:PIECES], key=lambda change: len(change.path))
        if any(forcing.kind == GARBAGE for forcing in request.forcings):
            changes.append(KEPT)
        self.told(f"putting back {len(changes)} changed pieces of state")

        def heals(chosen: tuple[StateChange, ...]) -> bool:
            again = self._put_back(request, chosen)
            return all(result.passed for _ in range(0, self.times, AT_ONCE) for result in self.runner.run([again] * AT_ONCE))

        found = next((some for some in self._likeliest(changes) if heals(some)), ())
        if not found:
            return None, Tally()
        together = minimise(found, heals, lambda: self.runner.seconds_left() > 0)
        [healed] = self._confirm(self._put_back(request, together))
        return next(change for change in (*compared.state, KEPT) if change in together), healed

    def _likeliest(self, changes: Sequence[StateChange]) -> Iterator[tuple[StateChange, ...]]:
        """What healed another test, all of them together, and each alone: putting back what the victim needs breaks it."""
        yield from ((change,) for change in changes if change is KEPT or change.path == self.suspected)
        if changes:
            yield tuple(changes)
        if len(changes) > 1:
            yield from ((change,) for change in reversed(changes))

    def _put_back(self, request: RunRequest, changes: Sequence[StateChange]) -> RunRequest:
        """Put state back before the victim starts; a thread that was left running never gets going instead."""
        kinds = {f"thread:{change.path.removeprefix(THREAD)}" for change in changes if change.path.startswith(THREAD)}
        names = [name for name in self.names if name.rpartition("#")[0] in kinds]
        holds = tuple(Forcing(kind="hold", what=name, seconds=NEVER) for name in names)
        paths = tuple(change.path for change in changes if not change.path.startswith(THREAD))
        patience = self.patience if holds else None  # whoever joins a thread that never gets going waits for ever
        return replace(request, restore=paths, forcings=(*request.forcings, *holds), patience=patience)

    def _write(self, chosen: Sequence[NodeId], change: StateChange | None) -> StateWrite | None:
        """Follow the piece while the tests run; where they write it only now and then, until they do."""
        if change is None:
            return None
        self.told(f"following {change.path}")
        for _ in range(self.times):
            writes = self.runner.run([replace(self._request(chosen), follow=change.path)])[0].writes
            if writes:
                return writes[0]
        return None

    # the line, where no state is seen

    def _cut_short(self, chosen: Sequence[NodeId]) -> tuple[Tally, StateWrite | None]:
        """Let the polluter end earlier and earlier: how the victim ends when it ends right before the line after which it pollutes.

        What it leaves behind may be where nobody can look: a timer of the system, a handler of signals, a socket, a limit.
        """
        if len(chosen) == 1:
            with suppress(BudgetSpent):
                ends = self._ends_of(chosen[0])
                self.told(f"letting {chosen[0]} end at one of {len(ends)} evaluations")
                requests = [self._left_at(chosen, end) for end in ends]
                first = self._first_that_pollutes(requests)
                if first:
                    after, before = self._confirm(requests[first], requests[first - 1])
                    if after.failed >= MOSTLY * after.runs and before.passed >= MOSTLY * before.runs:
                        site = _started_by(chosen[0], [each for each, _ in ends[first:]]).site
                        return before, StateWrite(site.file, site.line, site.function, "")
        return Tally(), None

    def _ends_of(self, polluter: NodeId) -> list[tuple[TracedSite, int]]:
        """List what the polluter evaluates, and the how manieth time, in order; what is iterated is looked at before anything is done."""
        trace = self.runner.run([replace(self.ordered.request, victim=polluter, before=(), trace=True)])[0].trace or EMPTY
        counts: Counter[int] = Counter()
        ends = []
        for event in trace.events:
            site = trace.sites[event.site]
            if trace.threads[event.thread] == MAIN and site.site.kind != "iterate":
                ends.append((site, counts[event.site]))
            counts[event.site] += 1
        return ends

    def _first_that_pollutes(self, requests: Sequence[RunRequest]) -> int:
        """Find by halves the first end after which the victim fails; 0 if even the last one is too early, or the first one too late."""
        low, high = 0, len(requests) - 1
        if high < 1 or not self._ever(requests[high]) or self._ever(requests[low]):
            return 0
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self._ever(requests[middle]) else (middle, high)
        return high

    def _left_at(self, chosen: Sequence[NodeId], end: tuple[TracedSite, int]) -> RunRequest:
        request, (site, number) = self._request(chosen), end
        return replace(request, forcings=(*request.forcings, Forcing(kind="leave", site=site.site.key, first=number)))


def _started_by(test: NodeId, sites: Sequence[TracedSite]) -> TracedSite:
    """Climb from a line that starts something to the line of the test that leaves it running: there it can be ended.

    Args:
        test: the test.
        sites: the line, and what was evaluated after it, in order.
    """
    file, name = test.split("::", 1)[0], test.rsplit("::", 1)[-1].split("[", 1)[0]
    found = sites[0]
    for later in sites if found.source_kind == "start" else ():
        if later.site.kind == "call" and later.site.callee == _last_name(found.site.function):
            found = later
    return found if (found.site.file, _last_name(found.site.function)) == (file, name) else sites[0]


def _last_name(function: str) -> str:
    return function.rsplit(".", 1)[-1]


def _asked_at(rate: float) -> int:
    """Return how often a question must be asked that is answered at this rate."""
    return AT_ONCE if rate == 1 else min(MOST_ASKED, ceil(log(MISSED) / log(1 - rate)))


def _any(results: Sequence[RunResult]) -> Tally:
    return Tally(sum(result.passed for result in results), sum(result.failed for result in results))
