"""The words and counts that every form of a report shares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flakemark.model import Cause, Diagnosis, Evidence, Intervention, Report, Status, Verdict

SUSPECTS = 3

_VERDICTS = {
    Verdict.FLAKY: "flaky, root cause not proven",
    Verdict.CONSISTENT_FAILURE: "consistent failure",
    Verdict.NOT_REPRODUCED: "not reproduced",
    Verdict.ERROR: "error, the test could not be run",
}
_PLURALS = {
    Verdict.FLAKY: ("flaky", "flaky"),
    Verdict.CONSISTENT_FAILURE: ("consistent failure", "consistent failures"),
    Verdict.NOT_REPRODUCED: ("not reproduced", "not reproduced"),
    Verdict.ERROR: ("error", "errors"),
}
_FORCED = {"pin": "value", "order": "order", "edge": "edge value", "tests": "order of tests"}


def headline(diagnosis: Diagnosis) -> str:
    """Say in a few words what was found: "root cause found", or the verdict."""
    if untried(diagnosis):
        return "not tried, the budget was over before the first run was"
    if diagnosis.cause is None:
        return _VERDICTS[diagnosis.verdict]
    if diagnosis.verdict is not Verdict.FLAKY:
        return f"{_VERDICTS[diagnosis.verdict]}, cause found"
    return "root cause found" if status(diagnosis) is Status.CONFIRMED else f"root cause found ({status(diagnosis).value})"


def untried(diagnosis: Diagnosis) -> bool:
    """Whether no run of it ended in time: then nothing is known, not even that it does not fail again."""
    return diagnosis.verdict is Verdict.NOT_REPRODUCED and not diagnosis.evidence.runs and not diagnosis.cost.runs


def status(diagnosis: Diagnosis) -> Status:
    """Return the status of the cause; without counts nothing is called confirmed."""
    cause = diagnosis.cause
    if cause is None:
        return Status.SUSPECTED
    counted = any(one.passed + one.failed for one in diagnosis.evidence.interventions)
    return Status.CORRELATED if cause.status is Status.CONFIRMED and not counted else cause.status


def tally(report: Report) -> str:
    """Count the verdicts, e.g. "2 flaky (1 root cause found), 1 consistent failure"."""
    parts = []
    for verdict, words in _PLURALS.items():
        found = [test for test in report.tests if test.verdict is verdict]
        if found:
            causes = sum(test.cause is not None for test in found)
            known = f" ({causes} with root cause)" if verdict is Verdict.FLAKY else ""
            parts.append(f"{len(found)} {words[len(found) != 1]}{known}")
    return ", ".join(parts) or "no tests"


def place(cause: Cause) -> str:
    """Return "file:line", or "file:first-last" for several lines."""
    lines = f"{cause.line}-{cause.end_line}" if cause.end_line > cause.line else f"{cause.line}"
    return f"{cause.file}:{lines}"


def condition(intervention: Intervention) -> str:
    """Say under which forcing runs were made, e.g. "forced to the failing value"."""
    kind, setting = intervention.kind, intervention.setting
    if kind == "none":
        return setting or "unforced"
    subject = _FORCED.get(kind, kind)
    if kind == "control":
        return f"control, elsewhere forced to the {setting} value" if setting in ("failing", "passing") else f"control: {setting}"
    return f"forced to the {setting} {subject}" if setting in ("failing", "passing") else f"{subject}: {setting}"


def counts(intervention: Intervention) -> str:
    """Say how those runs ended, from the side that the forcing aims at: "20 of 20 passed"."""
    runs = intervention.passed + intervention.failed
    if intervention.setting == "passing" and intervention.kind != "control":
        return f"{intervention.passed} of {runs} passed"
    return f"{intervention.failed} of {runs} failed"


def evidence(found: Evidence, *, at: str = "") -> str:
    """Say what was forced and how often the outcome followed, in one sentence.

    Args:
        found: the evidence.
        at: the place that goes without saying; other targets are named.

    Returns:
        The sentence, empty if nothing was run.
    """
    if not found.interventions:
        return f"{found.failed} of {found.runs} runs failed" if found.runs else ""
    return "; ".join(f"{condition(one)}{_target(one, at)}: {counts(one)}" for one in found.interventions)


def percent(confidence: float) -> str:
    """Return a confidence as a whole percentage, rounded down: 99.6 % is not certainty."""
    return f"{int(confidence * 100 + 1e-9)}%"


def effort(diagnosis: Diagnosis) -> str:
    """Say what the diagnosis took, e.g. "1 divergence; 20 runs in 3.1 s"."""
    divergences, runs = diagnosis.divergences, diagnosis.cost.runs
    found = f"{divergences} divergence{'s' * (divergences != 1)}"
    return f"{found}; {runs} run{'s' * (runs != 1)} in {diagnosis.cost.seconds:.1f} s"


def suspects(diagnosis: Diagnosis) -> Sequence[Cause]:
    """Return up to three candidates, best first, if no cause is named."""
    return () if diagnosis.cause else diagnosis.candidates[:SUSPECTS]


def order_needs(diagnosis: Diagnosis) -> Iterable[tuple[str, str]]:
    """Yield a sentence and a node id for each test that an order-dependent test needs before it."""
    if diagnosis.order:
        for nodeid in diagnosis.order.polluters:
            yield "fails after", nodeid
        for nodeid in diagnosis.order.state_setters:
            yield "passes only after", nodeid


def verified(runs: int, failed: int) -> str:
    """Say what a patch achieved under the conditions that made the test fail."""
    return f"with this patch {failed} of {runs} runs failed under the conditions that made the test fail"


def _target(intervention: Intervention, at: str) -> str:
    return f" ({intervention.target})" if intervention.target and intervention.target != at and intervention.kind != "none" else ""
