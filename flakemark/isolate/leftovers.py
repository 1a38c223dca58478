"""What a former run has left on the disk: the file whose presence decides, and the line that writes it.

The victim runs in a place of its own, and again in the same place. The files that it left are put back one by one, until
it passes the second time as well; then a run is watched for who writes that file.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from flakemark.errors import EnvironmentBroken
from flakemark.events import Site, TracedSite
from flakemark.isolate.counting import both_in_turns, unforced
from flakemark.isolate.minimise import minimise
from flakemark.isolation import ConditionFlip
from flakemark.model import NodeId
from flakemark.reproduction import Reproduction
from flakemark.runs import FILE, NO_FILE, BudgetSpent, Runner, RunRequest, RunResult, StateChange, StateWrite, Told

AGAIN = 2
CONFIRMATIONS, BATCH = 10, 5
MOST_FILES = 24


def isolate_leftovers(runner: Runner, found: Reproduction, victim: NodeId, told: Told) -> ConditionFlip | None:
    """Find out whether a former run in the same place makes the victim fail, by which file, written where.

    Args:
        runner: executes runs.
        found: says which failure is looked for.
        victim: the test.
        told: is told each step.

    Returns:
        None if it ends the second time as the first, or no line of the project writes what decides.
    """
    with suppress(BudgetSpent, EnvironmentBroken):  # a tree that is too large is not copied
        return _Leftovers(runner, found, victim, told).run()
    return None


class _Leftovers:
    def __init__(self, runner: Runner, found: Reproduction, victim: NodeId, told: Told) -> None:
        self.runner, self.found, self.told = runner, found, told
        self.once = RunRequest(victim=victim, fresh=True, probes=False, place=1)
        self.again = self.failing = replace(self.once, place=2)

    def run(self) -> ConditionFlip | None:
        """Once in a place of its own; if it passes, again in the same place; if it fails, without what it meets there."""
        self.told("in a place of its own")
        first = self.runner.run([replace(self.once, compare_state=True)])[0]
        if first.passed:
            return self._met_again()
        return self._met_at_once(first) if self.found.fails_as_wanted(first) else None

    def _met_again(self) -> ConditionFlip | None:
        self.told("twice in the same place")
        results = self.runner.run([replace(self.again, compare_state=True)] * AGAIN)
        if not all(self.found.fails_as_wanted(result) for result in results):
            return None
        return self._of(self.again, _lasting([result.state for result in results])[:MOST_FILES])

    def _met_at_once(self, first: RunResult) -> ConditionFlip | None:
        """The tree may be one in which the tests have run: the files that the victim writes, and that are there already."""
        return self._of(self.once, [change for change in first.state if change.before != NO_FILE][:MOST_FILES])

    def _of(self, failing: RunRequest, changes: Sequence[StateChange]) -> ConditionFlip | None:
        self.failing = failing
        guilty = self._guilty(changes) if changes else ()
        written = self._written(guilty[0]) if guilty else ()
        return self._confirmed(guilty, written) if written else None

    def _guilty(self, changes: Sequence[StateChange]) -> tuple[StateChange, ...]:
        self.told(f"without each of {len(changes)} files that a former run left")
        results = self.runner.run([self._without((change,)) for change in changes])
        healing = [change for change, result in zip(changes, results, strict=True) if result.passed]
        if healing or len(changes) < 2 or not self._passes_without(tuple(changes)):
            return tuple(healing[:1])
        return minimise(tuple(changes), self._passes_without, lambda: self.runner.seconds_left() > 0)

    def _without(self, changes: Sequence[StateChange]) -> RunRequest:
        return replace(self.failing, restore=tuple(change.path for change in changes))

    def _passes_without(self, changes: tuple[StateChange, ...]) -> bool:
        return self.runner.run([self._without(changes)])[0].passed

    def _written(self, change: StateChange) -> tuple[StateWrite, ...]:
        """Return the line that writes the file, and after it the lines of the project that led there, innermost first."""
        self.told(f"who writes {change.path.removeprefix(FILE)}")
        return self.runner.run([replace(self.once, follow=change.path)])[0].writes

    def _confirmed(self, guilty: Sequence[StateChange], written: Sequence[StateWrite]) -> ConditionFlip | None:
        self.told(f"confirming {written[0].file}:{written[0].line}")
        healed = self._without(guilty)
        down, up = both_in_turns(self.runner, self.found, self.failing, healed, times=CONFIRMATIONS, batch=BATCH)
        names = " and ".join(change.path.removeprefix(FILE) for change in guilty[:3])
        flip = ConditionFlip(
            kind="leftovers", name="a file that a former run left", site=_site(written[0]), others=tuple(map(_site, written[1:])),
            failing=f"it ran before in the same place, and left {names}", passing=f"the same, without {names}", seen=guilty[0].after,
            to_failing=down, to_passing=up, base=unforced(self.found), failing_request=self.failing, passing_request=healed,
        )  # fmt: skip
        return flip if flip.accepted else None


def _lasting(found: Sequence[Sequence[StateChange]]) -> list[StateChange]:
    """Keep what is left by every run under the same name."""
    names = set.intersection(*({change.path for change in changes} for changes in found))
    return [change for change in found[0] if change.path in names]


def _site(write: StateWrite) -> TracedSite:
    key = f"{write.file}:{write.line}:0:write"
    return TracedSite(Site(key, write.file, write.line, write.line, write.function, "call", ""), "", "")
