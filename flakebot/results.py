"""What became of publishing, as values that travel to the summary and to the outputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from flakebot.compose import HeadLines, Places
from flakebot.reports import ReportFiles
from flakemark.model import FailedTest, NodeId, Report


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The artifact of this job; empty texts where there is none, and remarks that say why."""

    id: str = ""
    url: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The posted review; an empty address where there is none, and remarks that say why.

    Attributes:
        head_sha: of the pull request as it is now, "" if nobody looked.
        lines: where the lines of the findings stand in it, None likewise.
    """

    url: str = ""
    remarks: tuple[str, ...] = ()
    head_sha: str = ""
    lines: HeadLines | None = None


class Publisher(Protocol):
    """Where findings go beside the runner's own files. Whatever goes wrong there becomes a remark."""

    def upload(self, files: ReportFiles, name: str, retention_days: int | None) -> Uploaded:
        """Upload the reports as an artifact of the job."""
        ...

    def review(self, report: Report, failed: Mapping[NodeId, FailedTest], places: Places) -> Reviewed:
        """Post a review on the pull request.

        Args:
            report: all tests.
            failed: what the JUnit reports say about them.
            places: for paths and links.
        """
        ...

    def look(self, report: Report, failed: Mapping[NodeId, FailedTest], places: Places) -> Reviewed:
        """Post nothing, but find the lines in the head of the pull request, for annotations and links; in a few seconds or not at all."""
        ...
