"""What is left open: where something was acquired of which its finaliser complains, whatever decides that it is left open."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import replace

from flakemark.reproduction import Reproduction
from flakemark.runs import GARBAGE, BudgetSpent, Runner, StateWrite, Told

RUNS = 8
MOSTLY = 0.75  # of the failing runs have to name one line


def isolate_leak(runner: Runner, found: Reproduction, told: Told) -> StateWrite | None:
    """Find the line that acquires what is left open, where the failure complains of that.

    Args:
        runner: executes runs.
        found: holds the failure, and runs that fail.
        told: is told each step.

    Returns:
        None if the failure speaks of nothing that was left open, or several lines acquire what is.
    """
    if found.failure is None or not found.failure.is_of_something_unclosed or found.recorded:
        return None
    if not found.failing or found.failing[0].request.before:  # what those tests leave open is followed as their state
        return None
    told("where what is left open was acquired")
    with suppress(BudgetSpent):
        runs = runner.run([replace(found.failing[0].request, trace=False, follow=GARBAGE)] * RUNS)
        failed = [run for run in runs if found.fails_as_wanted(run)]
        places = Counter(replace(run.writes[0], value="") for run in failed if run.writes)
        for place, times in places.most_common(1):
            if times >= MOSTLY * len(failed):
                return next(run.writes[0] for run in failed if run.writes and replace(run.writes[0], value="") == place)
    return None
