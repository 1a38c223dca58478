"""A patch is worth something if the test fails without it, and passes with it, under the same conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace

from flakemark.errors import EnvironmentBroken
from flakemark.events import TracedSite
from flakemark.reproduction import Reproduction
from flakemark.runs import BudgetSpent, Forcing, Runner, RunRequest, Told

FORKS, PROCESSES = 25, 6  # runs in another order, and as many in the usual one
FAILED = 3  # of them, or else they say nothing about a patch

OpenPatched = Callable[[str], AbstractContextManager[Runner]]


@dataclass(frozen=True, slots=True)
class Verified:
    """A patched text of a file, and how many runs passed with it."""

    text: str
    runs: int


def verified(
    runner: Runner, found: Reproduction, traced: TracedSite, texts: Iterable[str], *, open_patched: OpenPatched, told: Told
) -> Verified | None:
    """Find the first text with which the test passes every time.

    Args:
        runner: executes runs on the tree as it is.
        found: holds passing runs, and says which failure is looked for.
        traced: the site of the cause, an order.
        texts: of the cause's file, patched.
        open_patched: opens a runner on a copy of the tree that has such a text.
        told: is told each step.

    Returns:
        None if no text helps, or the conditions do not make it fail without one.
    """
    told(f"a patch for {traced.site.file}:{traced.site.line}")
    with suppress(BudgetSpent, EnvironmentBroken):  # a tree that is too large is not copied
        another, usual = _conditions(found.passing[0].request, traced.source_kind)
        if sum(map(found.fails_as_wanted, runner.run(another))) < FAILED:
            return None
        for text in texts:
            with open_patched(text) as patched:
                first = patched.run(another[:2])
                if all(run.passed for run in first) and all(run.passed for run in patched.run([*another, *usual])):
                    return Verified(text, len(another) + len(usual))
    return None


def _conditions(passing: RunRequest, what: str) -> tuple[list[RunRequest], list[RunRequest]]:
    """List runs in which everything of this kind comes in another order, and runs with nothing forced; each with a seed of its own."""
    base = replace(passing, forcings=(), trace=False)
    usual = [replace(base, seed=seed, hash_seed=seed) for seed in range(1, (PROCESSES if base.fresh else FORKS) + 1)]
    another = [replace(one, forcings=(Forcing(kind="permute", what=what, seed=one.seed),)) for one in usual]
    return another, usual
