"""Messages that the runner shows beside the code; they need no permission and work on pull requests of forks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from flakebot.compose.comment import proof
from flakebot.compose.findings import Finding, findings
from flakebot.compose.places import Places
from flakebot.runner.commands import Annotation
from flakemark.model import Diagnosis, FailedTest, NodeId, Report, Verdict
from flakemark.report import wording

MAX_PER_LEVEL = 10  # of a step; the runner drops more


def annotate(report: Report, failed: Mapping[NodeId, FailedTest], places: Places) -> tuple[Annotation, ...]:
    """Return the annotations of a report, at most ten of a level, the most certain first.

    Args:
        report: all tests.
        failed: what the JUnit reports say about them, for the line that raised.
        places: for paths relative to the repository.
    """
    found = [*(_cause(finding, places) for finding in findings(report)), *_without_cause(report.tests, failed, places)]
    kept: list[Annotation] = []
    for one in found:
        if sum(other.level == one.level for other in kept) < MAX_PER_LEVEL:
            kept.append(one)
    return tuple(kept)


def _cause(finding: Finding, places: Places) -> Annotation:
    cause = finding.cause
    line = places.at_head(cause.file, cause.line)
    more = f" and {len(finding.others)} more" if finding.others else ""
    return Annotation(
        level="error",
        title=f"{wording.status(finding.diagnosis).value.capitalize()} root cause of a flaky test ({wording.percent(cause.confidence)})",
        message=f"{cause.title}\n{cause.detail}\nTest: {finding.diagnosis.nodeid}{more}\nEvidence: {proof(finding)}",
        file=places.in_repository(cause.file),
        line=line or 0,
        end_line=line + cause.end_line - cause.line if line else 0,
    )


def _without_cause(tests: Sequence[Diagnosis], failed: Mapping[NodeId, FailedTest], places: Places) -> Iterator[Annotation]:
    for test in tests:
        if test.cause is None and test.verdict is not Verdict.NOT_REPRODUCED:
            file, line = crash_line(failed.get(test.nodeid))
            notes = "\n".join(test.notes[:3])
            yield Annotation(
                level="error" if test.verdict is Verdict.CONSISTENT_FAILURE else "warning",
                title=wording.headline(test).capitalize(),
                message=f"{test.nodeid}: {test.evidence.failed} of {test.evidence.runs} runs failed\n{notes}".rstrip(),
                file=places.in_repository(file) if file else "",
                line=places.at_head(file, line) or 0,
            )


def crash_line(test: FailedTest | None) -> tuple[str, int]:
    """Return file and line where a test raised, ("", 0) if unknown."""
    file, _, line = test.crash.rpartition(":") if test else ("", "", "")
    return (file, int(line)) if file and line.isascii() and line.isdecimal() else ("", 0)
