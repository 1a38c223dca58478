"""Tests of hypothesis: do the examples that it draws decide, and nothing else that differs from run to run?"""

from __future__ import annotations

import ast
import re
from contextlib import suppress
from dataclasses import replace

from flakemark.events import Site, TracedSite
from flakemark.isolate.counting import tally, unforced
from flakemark.isolation import ConditionFlip, Tally
from flakemark.model import NodeId
from flakemark.reproduction import Reproduction
from flakemark.runs import EXAMPLES, BudgetSpent, Forcing, Runner, RunRequest, RunResult, Told, run_what_fits
from flakemark.sources import ReadFile, parsed

TRIED, BATCH = 16, 4
CONFIRMATIONS, ROUND = 30, 5
SHARE_OF_CONFIRMING = 0.5  # of the time that is left: a test of hypothesis is a hundred tests
SHOWN = 300
_FALSIFYING = re.compile(r"Falsifying example: (.*?\n?\))\s*(?:\n|$)", re.DOTALL)


def isolate_examples(runner: Runner, found: Reproduction, victim: NodeId, read_file: ReadFile, told: Told) -> ConditionFlip | None:
    """Force the examples of a failing and of a passing run, while everything else that is drawn stays the same.

    Args:
        runner: executes runs.
        found: says which failure is looked for.
        victim: the test.
        read_file: returns the text of a file of the project.
        told: is told each step.

    Returns:
        the flip, at the line of `@given`; None if the test is none of hypothesis, or other examples change nothing.
    """
    given = _given(victim, read_file(victim.split("::", maxsplit=1)[0]))
    if given is None or not found.passing:
        return None
    told("other examples of hypothesis")
    base = replace(found.passing[0].request, forcings=(), trace=False)
    ended: dict[bool, RunResult] = {}
    with suppress(BudgetSpent):
        for start in range(1, TRIED + 1, BATCH):
            for result in runner.run([_with(base, seed) for seed in range(start, start + BATCH)]):
                if result.passed or found.fails_as_wanted(result):
                    ended.setdefault(result.passed, result)
            if len(ended) > 1:
                return _confirmed(runner, found, given, (ended[False], ended[True]), told)
    return None


def _with(base: RunRequest, seed: int) -> RunRequest:
    return replace(base, forcings=(Forcing(kind=EXAMPLES, seed=seed),))


def _confirmed(
    runner: Runner, found: Reproduction, given: TracedSite, pair: tuple[RunResult, RunResult], told: Told
) -> ConditionFlip | None:
    failing, passing = (result.request for result in pair)
    told(f"confirming {given.site.file}:{given.site.line}")
    until = runner.seconds_left() * (1 - SHARE_OF_CONFIRMING)
    down = up = Tally()
    while down.runs < CONFIRMATIONS and runner.seconds_left() > (0 if down.runs < 2 * ROUND else until):
        before = down.runs
        down += tally(found, run_what_fits(runner, [failing] * ROUND))
        up += tally(found, run_what_fits(runner, [passing] * ROUND))
        if down.runs == before:
            break
    flip = ConditionFlip(
        kind=EXAMPLES, name="which examples are drawn", site=given, others=(),
        failing="the examples of a failing run", passing="those of a passing run", seen=_falsifying(pair[0]),
        to_failing=down, to_passing=up, base=unforced(found), failing_request=failing, passing_request=passing,
    )  # fmt: skip
    return flip if flip.accepted else None


def _falsifying(result: RunResult) -> str:
    """Return the example that hypothesis found to fail, as it shows it."""
    shown = _FALSIFYING.search(result.failure.text) if result.failure is not None else None
    return " ".join(re.sub(r"^E? +", "", line, flags=re.MULTILINE) for line in shown[1].splitlines())[:SHOWN] if shown else ""


def _given(victim: NodeId, text: str) -> TracedSite | None:
    """Find the decorator that draws the examples of a test."""
    file, *scopes = victim.split("[", 1)[0].split("::")
    body: list[ast.stmt] = parsed(text).body
    node: ast.stmt | None = None
    for name in scopes:
        named = [one for one in body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and one.name == name]
        if not named:
            return None
        node, body = named[-1], named[-1].body
    for one in getattr(node, "decorator_list", ()):
        if isinstance(one, ast.Call) and ast.unparse(one.func).rsplit(".", 1)[-1] == "given":
            line, end = one.lineno, one.end_lineno or one.lineno
            site = Site(f"{file}:{line}:{one.col_offset}:call", file, line, end, ".".join(scopes), "call", "given")
            return TracedSite(site, "draw", "hypothesis.given")
    return None
