"""Puts verdict, cause, chain, evidence and advice together."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flakemark import recipe
from flakemark.divergence import Align
from flakemark.events import Trace
from flakemark.explain import conditions, order, schedule, timing
from flakemark.explain.chain import ReadLine, chain
from flakemark.explain.confidence import LATENCY, NAMED_FROM, of_flip, of_suspicion
from flakemark.explain.defaults import field_instead
from flakemark.explain.leak import acquired
from flakemark.explain.mechanism import CLOSED_ADVICE, LIMIT_ADVICE, limit_instead
from flakemark.explain.rounding import ADVICE as ROUNDING_ADVICE
from flakemark.explain.rounding import rounding_instead
from flakemark.explain.suspicions import Suspicion, suspicions
from flakemark.explain.wording import wording
from flakemark.isolation import ConditionFlip, Flip, Isolation, OrderFlip, Suspect, TimingFlip
from flakemark.literals import show
from flakemark.model import (
    Category,
    Cause,
    ChainLink,
    Cost,
    Diagnosis,
    DivergenceType,
    Evidence,
    FailedTest,
    Fix,
    Intervention,
    Recipe,
    StageCost,
    Status,
    Verdict,
)
from flakemark.reproduction import Reproduction
from flakemark.runs import RunResult, Spent, Surroundings
from flakemark.sources import ReadFile

CANDIDATES = 5
_WITHOUT_TRACE = ("ProcessDied", "Timeout")  # what a run that was cut short is said to have raised


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything the earlier stages know about one test; `patch`: a diff, and how many runs passed with it."""

    test: FailedTest
    found: Reproduction
    isolation: Isolation
    spent: Spent
    surroundings: Surroundings
    seconds: float
    stages: tuple[StageCost, ...] = ()
    patch: tuple[str, int] | None = None
    report: str = "report.json"


def explain(findings: Findings, align: Align, read_line: ReadLine, read_file: ReadFile) -> Diagnosis:
    """Say what the findings mean.

    Args:
        findings: of one test.
        align: compares two traces, for the chain.
        read_line: returns the stripped text of a line of the project.
        read_file: returns the text of a file of the project.
    """
    isolation = findings.isolation
    if isolation.order is not None:
        diagnosis = _of_order(findings, isolation.order, read_line)
    elif isolation.timing is not None:
        diagnosis = _of_timing(findings, isolation.timing, read_line)
    elif isolation.condition is not None:
        diagnosis = _of_condition(findings, isolation.condition, read_line)
    else:
        diagnosis = _of_values(findings, align, read_line, read_file)
    return diagnosis if isolation.leak is None else acquired(diagnosis, isolation.leak, read_line)


def _of_values(findings: Findings, align: Align, read_line: ReadLine, read_file: ReadFile) -> Diagnosis:
    isolation = findings.isolation
    causes = [_confirmed(flip, read_line) for flip in isolation.flips]
    flip = isolation.flips[0] if isolation.flips else None
    advice = _put_mechanism_first(causes, flip, findings, read_line, read_file) if flip is not None else ""
    named = causes[0] if causes and causes[0].confidence >= NAMED_FROM else None
    guesses = _guesses(findings, read_line)
    return Diagnosis(
        nodeid=findings.test.nodeid,
        verdict=_verdict(findings),
        cause=named,
        candidates=tuple(causes + _suspected(findings, read_line) + [one.cause for one in guesses])[:CANDIDATES],
        chain=_chain(findings, named, align, read_line),
        evidence=_evidence(findings, _interventions(findings)),
        reproduce=_command(findings) if flip is not None else "",
        fix=_fix(advice, findings.patch) if named else None,
        cost=_cost(findings),
        divergences=len(isolation.divergences),
        notes=(*_notes(findings), *_to_test(guesses)),
        recipe=Recipe(recipe.dumps(flip.failing_request), recipe.dumps(flip.passing_request)) if flip is not None else None,
    )


def _fix(advice: str, patch: tuple[str, int] | None) -> Fix:
    return Fix(advice) if patch is None else Fix(advice, patch=patch[0], verified=(patch[1], 0))


def _guesses(findings: Findings, read_line: ReadLine) -> list[Suspicion]:
    """Only where somebody has seen it fail: a test that nobody suspects gets no suspicions from us."""
    if not findings.found.known or _verdict(findings) is not Verdict.NOT_REPRODUCED:
        return []
    traces = [run.trace for run in findings.found.natural if run.trace is not None]
    return suspicions(findings.test, traces, read_line)


def _to_test(guesses: Sequence[Suspicion]) -> Iterator[str]:
    for number, guess in enumerate(guesses, 1):
        yield f"to test suspicion {number} ({guess.cause.category.value}): {guess.command}"


def _put_mechanism_first(causes: list[Cause], flip: Flip, findings: Findings, read_line: ReadLine, read_file: ReadFile) -> str:
    """Name what a maintainer would change before what flips the outcome, where the two differ; returns the advice."""
    found, failure = findings.found, findings.found.failure
    limit = limit_instead(causes[0], failure, read_line, latency=findings.isolation.latency)
    if limit is not None:
        causes.insert(0, limit)
        return LIMIT_ADVICE if limit.category is Category.TIMEOUT else CLOSED_ADVICE
    rounded = rounding_instead(causes[0], flip, failure)
    if rounded is not None:
        causes[0] = rounded
        return ROUNDING_ADVICE
    if findings.isolation.latency:
        causes[0] = replace(causes[0], status=Status.CORRELATED, confidence=min(causes[0].confidence, round(LATENCY.rate, 3)))
    traces = [run.trace for run in (*found.passing[:1], *found.failing[:1]) if run.trace is not None]
    files = (traced.site.file for trace in traces for traced in trace.sites)
    causes[0] = field_instead(causes[0], flip.suspects[0].site, files, read_line, read_file) or causes[0]
    return wording(flip.suspects[0].site).advice


def _of_order(findings: Findings, flip: OrderFlip, read_line: ReadLine) -> Diagnosis:
    cause = order.cause(flip, read_line)
    named = cause if cause is not None and cause.confidence >= NAMED_FROM else None
    failing, passing = (flip.with_request, flip.alone_request) if flip.pollutes else (flip.alone_request, flip.with_request)
    return Diagnosis(
        nodeid=findings.test.nodeid,
        verdict=Verdict.FLAKY,
        cause=named,
        candidates=(cause,) if cause is not None else (),
        chain=order.chain(flip, named, read_line) if named is not None else (),
        evidence=_evidence(findings, order.interventions(flip)),
        order=order.needs(flip),
        reproduce=_command(findings),
        fix=order.fix(flip),
        cost=_cost(findings),
        divergences=1,
        notes=tuple(_notes(findings)),
        recipe=Recipe(recipe.dumps(failing), recipe.dumps(passing)),
    )


def _of_timing(findings: Findings, flip: TimingFlip, read_line: ReadLine) -> Diagnosis:
    cause = timing.cause(flip, read_line)
    others = [_confirmed(other, read_line) for other in findings.isolation.flips]
    return Diagnosis(
        nodeid=findings.test.nodeid,
        verdict=Verdict.FLAKY,
        cause=cause if cause.confidence >= NAMED_FROM else None,
        candidates=(cause, *others)[:CANDIDATES],
        chain=schedule.chain(flip, _traces(findings), findings.found.failure, read_line),
        evidence=_evidence(findings, timing.interventions(flip)),
        reproduce=_command(findings),
        fix=timing.fix(flip),
        cost=_cost(findings),
        divergences=max(1, len(findings.isolation.divergences)),
        notes=tuple(_notes(findings)),
        recipe=Recipe(recipe.dumps(flip.failing_request), recipe.dumps(flip.passing_request)),
    )


def _traces(findings: Findings) -> tuple[Trace, Trace] | None:
    """Forced both ways if there was time for it, else as they came."""
    found = findings.found
    effect = findings.isolation.effect or next(zip(found.passing, found.failing, strict=False), None)
    passing, failing = (run.trace for run in effect) if effect is not None else (None, None)
    return (passing, failing) if passing is not None and failing is not None else None


def _of_condition(findings: Findings, flip: ConditionFlip, read_line: ReadLine) -> Diagnosis:
    cause = conditions.cause(flip, read_line)
    others = [_confirmed(other, read_line) for other in findings.isolation.flips]
    return Diagnosis(
        nodeid=findings.test.nodeid,
        verdict=Verdict.FLAKY,
        cause=cause if cause.confidence >= NAMED_FROM else None,
        candidates=(cause, *others)[:CANDIDATES],
        chain=conditions.chain(flip, findings.found.failure, read_line),
        evidence=_evidence(findings, conditions.interventions(flip)),
        reproduce=_command(findings),
        fix=conditions.fix(flip),
        cost=_cost(findings),
        divergences=max(1, len(findings.isolation.divergences)),
        notes=tuple(_notes(findings)),
        recipe=Recipe(recipe.dumps(flip.failing_request), recipe.dumps(flip.passing_request)),
    )


def _command(findings: Findings) -> str:
    return f"flakemark replay {shlex.quote(findings.report)} {shlex.quote(findings.test.nodeid)}"


def _cost(findings: Findings) -> Cost:
    return Cost(findings.spent.runs, round(findings.seconds, 1), findings.stages)


def _verdict(findings: Findings) -> Verdict:
    found, isolation = findings.found, findings.isolation
    natural = [*found.plain, *found.natural]
    both_ends = any(run.passed for run in natural) and any(run.failed for run in natural)
    if both_ends or found.complete or found.ordered is not None or isolation.flips or isolation.timing:
        return Verdict.FLAKY
    if natural and all(run.failed for run in natural):
        return Verdict.CONSISTENT_FAILURE if not found.passing else Verdict.FLAKY
    return Verdict.NOT_REPRODUCED


def _confirmed(flip: Flip, read_line: ReadLine) -> Cause:
    suspect = flip.suspects[0]
    return _cause(suspect, Status.CONFIRMED, of_flip(flip), read_line, together=len(flip.suspects))


def _suspected(findings: Findings, read_line: ReadLine) -> list[Cause]:
    isolation = findings.isolation
    cleared = {suspect.site.site.key for suspect, _ in isolation.controls}
    taken = {suspect.site.site.key for flip in isolation.flips for suspect in flip.suspects}
    open_suspects = [suspect for suspect in isolation.suspects if suspect.known and suspect.site.site.key not in cleared | taken]
    return [_cause(suspect, Status.SUSPECTED, of_suspicion(), read_line) for suspect in open_suspects]


def _cause(suspect: Suspect, status: Status, confidence: float, read_line: ReadLine, *, together: int = 1) -> Cause:
    site, words = suspect.site.site, wording(suspect.site)
    detail = f"passing run: {show(suspect.divergence.passing)}; failing run: {show(suspect.divergence.failing)}"
    return Cause(
        file=site.file, line=site.line, end_line=site.end_line, function=site.function, source=read_line(site.file, site.line),
        divergence_type=DivergenceType.VALUE_MISMATCH, category=words.category, status=status, confidence=confidence, title=words.title,
        detail=detail if together == 1 else f"{detail} (together with {together - 1} more sites)",
    )  # fmt: skip


def _chain(findings: Findings, cause: Cause | None, align: Align, read_line: ReadLine) -> tuple[ChainLink, ...]:
    if cause is None:
        return ()
    return chain(findings.isolation, cause, findings.found.failure, align, read_line)


def _evidence(findings: Findings, interventions: Sequence[Intervention]) -> Evidence:
    spent, found = findings.spent, findings.found
    unforced = [_unforced("plain runs, without probes", found.plain), _unforced("traced runs", found.natural)]
    shown = [one for one in (*unforced, *interventions) if one.passed + one.failed]
    return Evidence(spent.runs, spent.passed, spent.failed, tuple(shown))


def _interventions(findings: Findings) -> list[Intervention]:
    isolation = findings.isolation
    shown = []
    for flip in isolation.flips:
        target = " and ".join(_place(suspect) for suspect in flip.suspects[:3])
        kind = flip.suspects[0].to_failing.kind
        down, up = flip.to_failing, flip.to_passing
        shown.append(Intervention(kind=kind, target=target, setting="failing", passed=down.runs - down.failed, failed=down.failed))
        shown.append(Intervention(kind=kind, target=target, setting="passing", passed=up.passed, failed=up.runs - up.passed))
    proven = {_place(suspect) for flip in isolation.flips for suspect in flip.suspects}
    for suspect, tally in [control for control in isolation.controls if _place(control[0]) not in proven][:2]:
        shown.append(
            Intervention(kind="control", target=_place(suspect), setting="failing", passed=tally.passed, failed=tally.runs - tally.passed)
        )
    return shown


def _unforced(setting: str, runs: Sequence[RunResult]) -> Intervention:
    return Intervention(
        kind="none", target="", setting=setting, passed=sum(run.passed for run in runs), failed=sum(run.failed for run in runs)
    )


def _place(suspect: Suspect) -> str:
    return f"{suspect.site.site.file}:{suspect.site.site.line}"


def _notes(findings: Findings) -> list[str]:
    return [*_about_the_failure(findings), *_about_the_search(findings), *_about_the_surroundings(findings)]


def _about_the_failure(findings: Findings) -> Iterator[str]:
    found = findings.found
    if _verdict(findings) is Verdict.CONSISTENT_FAILURE and found.failure is not None:
        place = found.failure.where or found.failure.crash
        yield f"every run fails{f' at {place}' if place else ''}: {_first_line(found.failure.message)}"
    elif found.failure is not None and found.failure.exception in _WITHOUT_TRACE:
        yield f"the failing runs left no trace: {_first_line(found.failure.message)}"
    for flip in findings.isolation.flips[1:]:
        suspect = flip.suspects[0]
        yield f"it has a cause more, which strikes where the first one cannot: {_place(suspect)}, {wording(suspect.site).title}"
    if found.recorded:
        yield "the failing run is the recorded one; it did not have to fail again by itself"


def _about_the_search(findings: Findings) -> Iterator[str]:
    found = findings.found
    if found.perturbation:
        yield f"one outcome only came when perturbed: {found.perturbation}"
    if found.ordered is not None and findings.isolation.order is None:
        yield f"it ended otherwise after {len(found.ordered.request.before)} other tests; which of them matters was not found"
    if found.strange and not found.failing:
        yield "the tests failed, but not in the reported way"
    if found.tried and not found.complete:
        more = f" and {len(found.tried) - 8} more" if len(found.tried) > 8 else ""
        yield f"tried without effect: {'; '.join(found.tried[:8])}{more}"


def _about_the_surroundings(findings: Findings) -> Iterator[str]:
    surroundings, test = findings.surroundings, findings.test
    if findings.found.surroundings:
        yield "where it failed: " + "; ".join(f"{name}: {failed} of {passed + failed}" for name, passed, failed in _where_it_ran(findings))
    if not surroundings.forkable:
        yield f"every run had a fresh process: {surroundings.reason}"
    if surroundings.untouched:
        yield f"loaded without probes: {', '.join(surroundings.untouched[:5])}"
    if test.attempts > test.failures:
        yield f"the report itself shows that it is flaky: {test.failures} of {test.attempts} attempts failed"


def _where_it_ran(findings: Findings) -> list[tuple[str, int, int]]:
    found = findings.found
    alone = [*found.plain, *found.natural]
    counted = {"alone": (sum(run.passed for run in alone), sum(run.failed for run in alone))}
    for name, passed, failed in found.surroundings:
        before = counted.get(name, (0, 0))
        counted[name] = (before[0] + passed, before[1] + failed)
    return [(name, passed, failed) for name, (passed, failed) in counted.items()]


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:200]
