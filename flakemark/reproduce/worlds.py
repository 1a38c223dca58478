"""Other worlds: zones, locales, variables, moments, limits and what the network does, until one decides the outcome."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from flakemark.events import WALL_CLOCKS, TracedSite
from flakemark.model import FailedTest, NodeId
from flakemark.reproduce.batches import batches
from flakemark.reproduce.settings import (
    descriptors,
    elsewhere,
    environments,
    moments,
    other_times,
    others_gone,
    outages,
    ports,
    proxy,
    rights_and_directory,
    short_reads,
    standstill,
    temporary_folders,
    ticks,
)
from flakemark.reproduce.variables import variables_read
from flakemark.reproduction import Reproduction, Setting, World
from flakemark.runs import Runner, RunRequest, RunResult, Told, traced
from flakemark.sources import ReadFile

FORKS, PROCESSES = 8, 4  # at once
PORT_IN_USE = ("Address already in use", "Only one usage of each socket address", "EADDRINUSE")
TOO_MANY_FILES = ("Too many open files", "EMFILE", "too many file descriptors")


class Worlds:
    """Runs a test in other worlds, and notes in what was found the setting that decides how it ends.

    Args:
        runner: executes runs.
        test: the victim; what its JUnit report says tells which limits may matter.
        found: what is known so far.
        ran_before: what ran before the victim when it failed.
        told: is told each step.
        read_file: returns the text of a file of the project.
    """

    def __init__(
        self, runner: Runner, test: FailedTest, found: Reproduction, *, ran_before: Sequence[NodeId], told: Told, read_file: ReadFile
    ) -> None:
        self.runner, self.test, self.found, self.ran_before, self.told = runner, test, found, tuple(ran_before), told
        self.read_file = read_file

    def other_environments(self) -> None:
        """Settings of other machines, changed in forks: what is read while the test runs."""
        if self.found.may_be_provoked:
            self.told("other time zones, locales, variables and xdist workers")
            first = next((run.trace for run in self.found.natural if run.trace is not None), None)
            read = variables_read(first.sites, os.environ, self.read_file) if first is not None else []
            folders = temporary_folders() if self._touches("temporary", "tempfile.gettempdir") else []
            self._try([*environments(os.environ), *rights_and_directory(), *folders, *read], traced(self.test.nodeid, 1))

    def other_environments_from_the_start(self) -> None:
        """The same in fresh processes, one each: what the interpreter reads, and what the project reads while it is imported."""
        if not self.found.may_be_provoked:
            return
        self.told("other locales and variables from the start of the process")
        base = replace(traced(self.test.nodeid, 1, fresh=True), hash_seed=1)
        sites = self._only_at_import(self.runner.run([base])[0])
        kinds = frozenset(site.source_kind for site in sites)
        named = [one for one in variables_read(sites, os.environ, self.read_file) if one.failing.environment]
        self._try([*(one for one in environments(os.environ) if one.matters_at_start(kinds)), *named], base)

    def _only_at_import(self, fresh: RunResult) -> list[TracedSite]:
        """List the sites that are evaluated in a fresh process, but not in a fork."""
        forked = {site.site.key for run in self.found.natural[:4] if run.trace is not None for site in run.trace.sites}
        sites = fresh.trace.sites if fresh.trace is not None else ()
        return [site for site in sites if site.site.key not in forked]

    def other_moments(self) -> None:
        """Other dates and times of day, where a wall clock is read."""
        if not self.found.may_be_provoked:
            return
        if self._touches("clock", "file"):
            self.told("coarse clocks and times of files")
            self._try(ticks(), traced(self.test.nodeid, 1))
        if self.found.setting is None and self._touches(*WALL_CLOCKS):
            self.told("other moments: midnight, ends of months, clock changes")
            self._try(moments(datetime.now(), self.test.began), traced(self.test.nodeid, 1))  # noqa: DTZ005 - the local time is what tests meet

    def passes_elsewhere(self) -> None:
        """What fails here and now, every time, may be right at another time or place; a real bug is wrong in all of them."""
        if not self.found.known or not self.found.never_passed_in_forks or self.found.strange:
            return
        self.told("whether it passes in other time zones and locales, and at other times")
        times = other_times(datetime.now()) if self._touches(*WALL_CLOCKS) else []  # noqa: DTZ005 - the local time is what tests meet
        slow = standstill() if self._touches("clock") else []
        self._try([*slow, *times, *elsewhere(os.environ)], traced(self.test.nodeid, 1), healing=True)

    def limits(self) -> None:
        """Only where the failure speaks of them: ports that are used already, descriptors; and answers that come in parts."""
        if self.found.may_be_provoked and any(words in self.test.message for words in PORT_IN_USE):
            self.told("ports that stay in use, or are taken by others")
            for before in dict.fromkeys([self.ran_before, ()]):
                self._try(ports(), replace(traced(self.test.nodeid, 1), before=before))
        if self.found.may_be_provoked and any(words in self.test.message for words in TOO_MANY_FILES):
            self.told("fewer files can be open at once")
            self._try(descriptors(), traced(self.test.nodeid, 1))
        if self.found.may_be_provoked:
            self.in_parts()

    def in_parts(self) -> None:
        """How much of a message arrives at once is left to the network; where that is enough, nothing of the test is to blame."""
        if self.found.known and not self.found.perturbation and not self.found.strange and self._touches("socket.recv"):
            self.told("what is received comes in parts")
            self._try(short_reads(), traced(self.test.nodeid, 1))

    def outages(self) -> None:
        """Note how a network that fails makes the test fail, where the failure speaks of one; a server may only start late, though."""
        if not self.found.may_be_provoked or not self._may_be_outage():
            return
        self.told("a network that fails")
        base = traced(self.test.nodeid, 1)
        settings = outages(self.test.message)
        if settings[0].failing.at.what == "refused" and self.runner.run([others_gone().whole(base)])[0].passed:
            settings.insert(0, proxy())  # a server of the test's own is there, unless something stands between
        for setting in settings:
            failing, again, passing = self.runner.run([*[setting.failing.whole(base)] * 2, setting.passing.whole(base)])
            if all(map(self.found.fails_as_wanted, (failing, again))) and passing.passed:
                self.found.outage = setting, failing
                return
            self.found.tried.append(setting.failing.name)

    def _may_be_outage(self) -> bool:
        """Whether the failure speaks of a network; a time limit alone may be any, unless something is asked of a network."""
        kinds = {setting.failing.at.what for setting in outages(self.test.message)}
        return bool(kinds - {"slow"}) or (bool(kinds) and self._touches("network"))

    def _touches(self, *wanted: str) -> bool:
        """Whether a source of one of these kinds, or names, is evaluated in the first traced run."""
        trace = next((result.trace for result in self.found.natural if result.trace is not None), None)
        return trace is not None and any({site.source_kind, site.source_name} & {*wanted} for site in trace.sites)

    def _try(self, settings: Sequence[Setting], base: RunRequest, *, healing: bool = False) -> None:
        """Look for a setting whose failing side makes the test fail; or, with `healing`, whose passing side makes it pass."""
        for batch in batches(iter(settings), PROCESSES if base.fresh else FORKS):
            if self.found.setting is not None:
                return
            worlds = [setting.passing if healing else setting.failing for setting in batch]
            results = self.runner.run([world.whole(base) for world in worlds])
            for setting, world, result in zip(batch, worlds, results, strict=True):
                changed = result.passed if healing else self.found.fails_as_wanted(result)
                if self.found.setting is None and changed and self._decides(setting, base):
                    self.found.setting, self.found.perturbation = setting, _titled(world, base)
                    self.found.keep([result], natural=False)
                else:
                    self.found.tried.append(_titled(world, base))

    def _decides(self, setting: Setting, base: RunRequest) -> bool:
        """Whether both sides of a setting repeat: or else it was not the setting, something else differs between processes."""
        failing, passing = setting.failing.whole(base), setting.passing.whole(base)
        first, second, again = self.runner.run([passing, passing, failing])
        decides = first.passed and second.passed and self.found.fails_as_wanted(again)
        if decides:
            self.found.passing = [first, second]
        return decides


def _titled(world: World, base: RunRequest) -> str:
    surroundings = f" after {len(base.before)} other tests" if base.before else " from the start of the process" if base.fresh else ""
    return f"{world.name}{surroundings}"
