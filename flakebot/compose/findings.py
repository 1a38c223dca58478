"""Diagnoses with one cause are one finding: forty victims of one broken helper get one comment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flakemark.model import Cause, Diagnosis, NodeId, Report


@dataclass(frozen=True, slots=True)
class Finding:
    """A cause and the tests that it makes fail.

    Attributes:
        cause: of the diagnosis that shows it best.
        diagnosis: that one.
        others: further tests with the same cause.
    """

    cause: Cause
    diagnosis: Diagnosis
    others: tuple[NodeId, ...] = ()

    def identity(self, folder: str) -> tuple[str, ...]:
        """Return what stays the same when lines move, when other tests show the same cause, and in other jobs.

        Args:
            folder: of the project in the repository.
        """
        cause = self.cause
        return (folder, cause.file, cause.function, cause.category.value, cause.source)


def findings(report: Report) -> tuple[Finding, ...]:
    """Return the causes of a report, the most confident first; equal places and categories are one finding."""
    groups: dict[tuple[str, int, str], list[tuple[Cause, Diagnosis]]] = {}
    for test in report.tests:
        if test.cause is not None:
            groups.setdefault((test.cause.file, test.cause.line, test.cause.category.value), []).append((test.cause, test))
    found = [_finding(group) for group in groups.values()]
    return tuple(sorted(found, key=lambda finding: -finding.cause.confidence))


def _finding(group: Sequence[tuple[Cause, Diagnosis]]) -> Finding:
    cause, best = max(group, key=lambda pair: pair[0].confidence)
    return Finding(cause, best, tuple(test.nodeid for _, test in group if test is not best))
