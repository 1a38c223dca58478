"""Ids of objects that are gone: the line that tells objects apart by an id that another one may have by then.

On one side every object stays alive whose id was asked for, on the other an object gets the id of one that is gone, as the
interpreter is free to do at any time.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from flakemark.events import TracedSite
from flakemark.isolate.counting import both_in_turns, unforced
from flakemark.isolation import ConditionFlip
from flakemark.reproduction import Reproduction
from flakemark.runs import BudgetSpent, Forcing, Runner, RunRequest, RunResult, Told

MOST_SITES = 8
AGAIN = 3


def isolate_identity(runner: Runner, found: Reproduction, told: Told) -> ConditionFlip | None:
    """Find the line whose ids decide.

    Args:
        runner: executes runs.
        found: has traced runs.
        told: is told each step.

    Returns:
        None if the test asks for no ids, or none decides.
    """
    traced = [result for result in (*found.passing, *found.failing) if result.trace is not None and result.trace.events]
    sites = _that_ask(traced)
    if not sites:
        return None
    with suppress(BudgetSpent):
        return _Identities(runner, found, traced[0].request, told).run(sites[:MOST_SITES])
    return None


def _that_ask(traced: Sequence[RunResult]) -> list[TracedSite]:
    """List where ids are asked for, each place once, in the order of the traces."""
    found: dict[str, TracedSite] = {}
    for result in traced:
        for site in result.trace.sites if result.trace is not None else ():
            if site.source_name == "id" and site.site.kind == "call":
                found.setdefault(site.site.key, site)
    return list(found.values())


class _Identities:
    def __init__(self, runner: Runner, found: Reproduction, request: RunRequest, told: Told) -> None:
        self.runner, self.found, self.told = runner, found, told
        self.request = replace(request, trace=False, fresh=False)

    def run(self, sites: Sequence[TracedSite]) -> ConditionFlip | None:
        """Look at one place after the other: the first one that decides alone is the one that trusts in an id."""
        self.told(f"the ids that are asked for in {len(sites)} places: given again, and never")
        requests = [self._with(site, what) for site in sites for what in ("again", "kept")]
        results = self.runner.run(requests * AGAIN)
        for site in sites:
            again, kept = self._with(site, "again"), self._with(site, "kept")
            fails = all(self.found.fails_as_wanted(result) for result in results if result.request == again)
            if fails and all(result.passed for result in results if result.request == kept):
                flip = self._confirmed(site, again, kept)
                if flip.accepted:
                    return flip
        return None

    def _with(self, site: TracedSite, what: str) -> RunRequest:
        return replace(self.request, forcings=(*self.request.forcings, Forcing(kind="identity", site=site.site.key, what=what)))

    def _confirmed(self, site: TracedSite, again: RunRequest, kept: RunRequest) -> ConditionFlip:
        self.told(f"confirming {site.site.file}:{site.site.line}")
        down, up = both_in_turns(self.runner, self.found, again, kept)
        return ConditionFlip(
            kind="identity", name="whether an id is given again", site=site,
            failing="an object gets the id of one that is gone", passing="every object whose id was asked for stays alive",
            to_failing=down, to_passing=up, base=unforced(self.found), failing_request=again, passing_request=kept,
        )  # fmt: skip
