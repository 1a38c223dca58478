"""How runs ended, counted: what every kind of isolation confirms with."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from flakemark.isolation import Tally
from flakemark.reproduction import Reproduction
from flakemark.runs import BudgetSpent, Runner, RunRequest, RunResult

CONFIRMATIONS, BATCH = 30, 6


def tally(found: Reproduction, results: Sequence[RunResult]) -> Tally:
    """Count how runs ended; only the failure that is looked for counts as failed."""
    passed = sum(result.passed for result in results)
    failed = sum(map(found.fails_as_wanted, results))
    return Tally(passed, failed, len(results) - passed - failed)


def unforced(found: Reproduction) -> Tally:
    """Count how the victim ended with nothing forced."""
    natural = [*found.plain, *found.natural]
    return Tally(sum(run.passed for run in natural), sum(run.failed for run in natural))


def both_in_turns(
    runner: Runner, found: Reproduction, failing: RunRequest, passing: RunRequest, *, times: int = CONFIRMATIONS, batch: int = BATCH
) -> tuple[Tally, Tally]:
    """Repeat what fails and what passes, in turns; where the budget ends before, what was counted until then counts."""
    down = up = Tally()
    with suppress(BudgetSpent):
        for _ in range(0, times, batch):
            down += tally(found, runner.run([failing] * batch))
            up += tally(found, runner.run([passing] * batch))
    return down, up
