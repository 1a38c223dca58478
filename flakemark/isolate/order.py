"""Order dependence: the minimal tests that flip the victim, the piece of state they change, the line that writes it.

Source: polluters and brittle tests are from A. Shi et al., "iFixFlakies", FSE 2019; restoring the state piece by
piece and following the piece that heals to its writing line is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from flakemark.isolate.flip import count
from flakemark.isolate.minimise import minimise
from flakemark.isolation import OrderFlip, Tally
from flakemark.model import NodeId
from flakemark.runs import BudgetSpent, Runner, RunRequest, RunResult, StateChange, StateWrite, Told

CONFIRMATIONS = 30
BATCH = 6
PIECES = 120


def isolate_order(runner: Runner, ordered: RunResult, told: Told) -> OrderFlip | None:
    """Find out why the victim ends otherwise when other tests run first.

    Args:
        runner: executes runs.
        ordered: a run in the order of the report that ended otherwise than the victim does alone.
        told: is told each step.

    Returns:
        None if the outcome does not repeat.
    """
    return _Order(runner, ordered, told).run()


class _Order:
    def __init__(self, runner: Runner, ordered: RunResult, told: Told) -> None:
        self.runner, self.ordered, self.told = runner, ordered, told
        self.pollutes = ordered.failed

    def run(self) -> OrderFlip | None:
        """Minimise, confirm, look for the state."""
        with suppress(BudgetSpent):
            return self._isolated(self.ordered.request.before)
        return None

    def _isolated(self, everything: tuple[NodeId, ...]) -> OrderFlip | None:
        if not self._flips(everything):
            return None
        self.told(f"which of {len(everything)} earlier tests matters")
        chosen = minimise(everything, self._flips, lambda: self.runner.seconds_left() > 0)
        failure = self._failure()
        self.told(f"confirming {chosen[-1]}")
        with_them, alone = self._confirm(self._request(chosen)), self._confirm(self._request(()))
        change, healed, write = self._state(chosen) if self.pollutes else (None, Tally(), None)
        return OrderFlip(
            tests=chosen,
            pollutes=self.pollutes,
            with_them=with_them,
            alone=alone,
            change=change,
            healed=healed,
            write=write,
            failure=failure,
            with_request=self._request(chosen),
            alone_request=self._request(()),
        )

    def _failure(self) -> RunResult:
        return self.ordered if self.pollutes else self.runner.run([self._request(())])[0]

    def _request(self, before: Sequence[NodeId]) -> RunRequest:
        return replace(self.ordered.request, before=tuple(before), trace=False)

    def _flips(self, before: tuple[NodeId, ...]) -> bool:
        return self._same(self.runner.run([self._request(before)])[0])

    def _same(self, result: RunResult) -> bool:
        if not self.pollutes:
            return result.passed
        return result.failed and result.failure is not None and result.failure.is_like(self.ordered.failure)

    def _confirm(self, request: RunRequest) -> Tally:
        passed = failed = other = 0
        with suppress(BudgetSpent):  # what was counted until then counts
            for _ in range(0, CONFIRMATIONS, BATCH):
                results = self.runner.run([request] * BATCH)
                tally = count(results, self.ordered.failure) if self.pollutes else _any(results)
                passed, failed, other = passed + tally.passed, failed + tally.failed, other + tally.other
        return Tally(passed, failed, other)

    # the state

    def _state(self, chosen: Sequence[NodeId]) -> tuple[StateChange | None, Tally, StateWrite | None]:
        change: StateChange | None = None
        healed, write = Tally(), None
        with suppress(BudgetSpent):
            change, healed = self._guilty(chosen)
            write = self._write(chosen, change)
        return change, healed, write

    def _guilty(self, chosen: Sequence[NodeId]) -> tuple[StateChange | None, Tally]:
        """Put back each changed piece of state alone; the one that heals the victim is what they share."""
        self.told("comparing the shared state")
        request = self._request(chosen)
        changes = self.runner.run([replace(request, compare_state=True)])[0].state[:PIECES]
        self.told(f"putting back {len(changes)} changed pieces of state")
        results = self.runner.run([replace(request, restore=(change.path,)) for change in changes])
        healing = [change for change, result in zip(changes, results, strict=True) if result.passed]
        if not healing:
            return self._guilty_together(request, changes)
        # Of several that heal, the innermost: a container before the name that leads to it.
        best = max(healing, key=lambda change: len(change.path))
        return best, self._confirm(replace(request, restore=(best.path,)))

    def _guilty_together(self, request: RunRequest, changes: Sequence[StateChange]) -> tuple[StateChange | None, Tally]:
        def heals(chosen: tuple[StateChange, ...]) -> bool:
            paths = tuple(change.path for change in chosen)
            return self.runner.run([replace(request, restore=paths)])[0].passed

        if len(changes) < 2 or not heals(tuple(changes)):
            return None, Tally()
        together = minimise(changes, heals, lambda: self.runner.seconds_left() > 0)
        paths = tuple(change.path for change in together)
        return together[0], self._confirm(replace(request, restore=paths))

    def _write(self, chosen: Sequence[NodeId], change: StateChange | None) -> StateWrite | None:
        if change is None:
            return None
        self.told(f"following {change.path}")
        writes = self.runner.run([replace(self._request(chosen), follow=change.path)])[0].writes
        return writes[0] if writes else None


def _any(results: Sequence[RunResult]) -> Tally:
    return Tally(sum(result.passed for result in results), sum(result.failed for result in results))
