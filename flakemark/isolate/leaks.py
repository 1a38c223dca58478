"""What is left open: where something was acquired of which its finaliser complains, whatever decides that it is left open."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import replace

from flakemark.isolation import Isolation
from flakemark.reproduction import Reproduction
from flakemark.runs import GARBAGE, BudgetSpent, Runner, RunRequest, StateWrite, Told

RUNS = 6
MOSTLY = 0.75  # of the failing runs have to name one line


def isolate_leak(runner: Runner, found: Reproduction, isolation: Isolation, told: Told) -> StateWrite | None:
    """Find the line that acquires what is left open, where the failure complains of that.

    Args:
        runner: executes runs.
        found: holds the failure.
        isolation: what makes it fail.
        told: is told each step.

    Returns:
        None if the failure speaks of nothing that was left open, or several lines acquire what is.
    """
    request = _failing_request(isolation)
    if request is None or request.before or found.failure is None or not found.failure.is_of_something_unclosed:
        return None
    told("where what is left open was acquired")
    with suppress(BudgetSpent):
        runs = runner.run([replace(request, trace=False, follow=GARBAGE)] * RUNS)
        failed = [run for run in runs if found.fails_as_wanted(run)]
        first = Counter(replace(run.writes[0], value="") for run in failed if run.writes)
        if failed and first:
            place, times = first.most_common(1)[0]
            if times >= MOSTLY * len(failed):
                return next(run.writes[0] for run in failed if run.writes and replace(run.writes[0], value="") == place)
    return None


def _failing_request(isolation: Isolation) -> RunRequest | None:
    for flip in (isolation.timing, isolation.condition, *isolation.flips[:1]):
        if flip is not None:
            return flip.failing_request
    return None
