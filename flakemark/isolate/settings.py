"""Surroundings that decide the outcome: the line that relies on them.

One call after the other is put on the other side of the setting, the rest of the run is not: in the passing world a single
call meets the failing side, in the failing world it is spared. The innermost call that flips the outcome both ways is the
line; where several calls have to be spared together, it is the first of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from flakemark.events import Trace, TracedSite
from flakemark.isolate.counting import CONFIRMATIONS, both_in_turns, unforced
from flakemark.isolate.minimise import minimise
from flakemark.isolate.waiting import polls
from flakemark.isolate.workers import evaluations
from flakemark.isolation import ConditionFlip, Tally
from flakemark.reproduction import Reproduction, Setting
from flakemark.runs import BudgetSpent, Forcing, Runner, RunRequest, Told

FRESH_CONFIRMATIONS = 12
MOST_SITES, MOST_FRESH_SITES = 240, 60
AGAIN = 2
SURELY, MOST_READERS = 6, 4  # an answer may have arrived in time by chance
POLLED = 2  # readings of a clock in a loop, after one before it that says until when


def isolate_setting(runner: Runner, found: Reproduction, told: Told) -> ConditionFlip | None:
    """Find the line whose own surroundings decide the outcome.

    Args:
        runner: executes runs.
        found: holds the setting, and traced runs on both sides.
        told: is told each step.

    Returns:
        None if no single call, and no set of calls, decides.
    """
    if found.setting is None or not found.passing:
        return None
    with suppress(BudgetSpent):
        for fresh in (False, True):
            flip = _Settings(runner, found, found.setting, told, fresh=fresh).run()
            if flip is not None:
                return flip
    return None


class _Settings:
    def __init__(self, runner: Runner, found: Reproduction, setting: Setting, told: Told, *, fresh: bool) -> None:
        self.runner, self.found, self.setting, self.told = runner, found, setting, told
        base = replace(found.passing[0].request, environment=(), forcings=(), trace=False, fresh=fresh)
        self.failing, self.passing = setting.failing.whole(base), setting.passing.whole(base)
        self.fresh = fresh
        self.control = Tally()

    def run(self) -> ConditionFlip | None:
        """Screen in the passing world, then spare in the failing one."""
        if not self._decides():
            return None
        sites = self._sites()
        self.told(f"{self.setting.failing.name}: for one of {len(sites)} calls at a time")
        results = self.runner.run([self._hurt(site) for site in sites])
        hurting = [site for site, result in zip(sites, results, strict=True) if self.found.fails_as_wanted(result)]
        spared = [result for result in results if not self.found.fails_as_wanted(result)]
        self.control = Tally(len(spared))
        hurting = [site for site in hurting if all(map(self.found.fails_as_wanted, self.runner.run([self._hurt(site)] * AGAIN)))]
        for site, others in self._healing(hurting, sites):
            flip = self._confirmed(site, others, self._hurt(site) if hurting else self.failing)
            if flip.accepted:
                return flip
        return None

    def _decides(self) -> bool:
        """Whether the setting decides in forks, too; that it does in the processes in which it was found is known."""
        if self.fresh:
            return True
        results = self.runner.run([self.failing, self.passing] * AGAIN)
        return all(map(self.found.fails_as_wanted, results[::2])) and all(result.passed for result in results[1::2])

    def _sites(self) -> list[TracedSite]:
        """List the calls in order of completion: callees before their callers."""
        found: dict[str, TracedSite] = {}
        for result in (*self.found.passing[:1], *self.found.failing[:1]):
            trace = result.trace if result.trace is not None else Trace((), (), ())
            for event in trace.events:
                site = trace.sites[event.site]
                if self._can_be_put(site):
                    found.setdefault(site.site.key, site)
        if not self.fresh:
            return list(found.values())[:MOST_SITES]
        # What is evaluated in forks, too, was tried there.
        return [site for key, site in found.items() if key not in self._forked()][:MOST_FRESH_SITES]

    def _forked(self) -> set[str]:
        traces = [run.trace for run in self.found.natural if run.trace is not None and not run.request.fresh]
        return {site.site.key for trace in traces[:4] for site in trace.sites}

    def _can_be_put(self, site: TracedSite) -> bool:
        if self.setting.kind == "ticks" and self.setting.passing.at.what == "held" and self._is_polled(site):
            return False  # what waits until a clock says so waits for ever if it stands
        if self.setting.kind in ("moment", "ticks"):
            return site.source_kind == "clock" or (site.source_kind == "file" and self.setting.kind == "ticks")
        return site.site.kind == "call"

    def _is_polled(self, site: TracedSite) -> bool:
        trace = next((run.trace for run in self.found.failing if run.trace is not None), None)
        if trace is None or not site.site.loops or evaluations(trace, site.site.key) < POLLED:
            return False
        return any(read.site.key == site.site.key and len(until.site.loops) < len(read.site.loops) for until, read in polls(trace, ""))

    def _hurt(self, site: TracedSite) -> RunRequest:
        return _with(self.passing, (self.setting.failing.only(site.site.key),))

    def _spare(self, sites: Sequence[TracedSite]) -> RunRequest:
        return _with(self.failing, tuple(self.setting.passing.only(site.site.key) for site in sites))

    def _healing(self, hurting: Sequence[TracedSite], sites: Sequence[TracedSite]) -> list[tuple[TracedSite, tuple[TracedSite, ...]]]:
        """List the calls that make it fail on their own, each with what else has to be spared."""
        self.told(f"{self.setting.failing.name}: but not for one of {len(hurting)} calls")
        # What only hurts together with others, as two readings of one clock, is still healed by one of them.
        chosen = hurting or sites
        results = self.runner.run([self._spare((site,)) for site in chosen])
        alone = [(site, ()) for site, result in zip(chosen, results, strict=True) if result.passed]
        if not hurting:
            return list(alone)
        innermost = self._with_readers(hurting[0], sites) if self.setting.kind == "outage" else []
        if innermost or alone:
            return [*innermost, *alone]
        first, rest = hurting[0], [site for site in sites if site != hurting[0]]
        if not self._passes((first, *rest)):
            return []
        others = minimise(rest, lambda chosen: self._passes((first, *chosen)), lambda: self.runner.seconds_left() > 0)
        return [(first, others)]

    def _with_readers(self, first: TracedSite, sites: Sequence[TracedSite]) -> list[tuple[TracedSite, tuple[TracedSite, ...]]]:
        """Spare the innermost call with a later one of its function: what a connection brings may only arrive when its answer is read."""
        where = first.site.file, first.site.function
        later = [site for site in sites[sites.index(first) + 1 :] if (site.site.file, site.site.function) == where]
        for readers in ((), *((site,) for site in later[:MOST_READERS]), tuple(later)):
            if all(result.passed for result in self.runner.run([self._spare((first, *readers))] * SURELY)):
                return [(first, readers)]
        return []

    def _passes(self, sites: Sequence[TracedSite]) -> bool:
        return self.runner.run([self._spare(sites)])[0].passed

    def _confirmed(self, site: TracedSite, others: tuple[TracedSite, ...], failing: RunRequest) -> ConditionFlip:
        self.told(f"confirming {site.site.file}:{site.site.line}")
        passing = self._spare((site, *others))
        times = FRESH_CONFIRMATIONS if self.fresh else CONFIRMATIONS
        down, up = both_in_turns(self.runner, self.found, failing, passing, times=times)
        return ConditionFlip(
            kind=self.setting.kind, name=self.setting.name, site=site, others=others,
            failing=self.setting.failing.name, passing=self.setting.passing.name,
            to_failing=down, to_passing=up, base=unforced(self.found), control=self.control,
            failing_request=failing, passing_request=passing,
        )  # fmt: skip


def _with(request: RunRequest, forcings: tuple[Forcing, ...]) -> RunRequest:
    return replace(request, forcings=(*request.forcings, *forcings))
