"""Bring findings to GitHub: the artifact of the job, and the review of the pull request."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from flakebot.artifacts import Artifacts, ArtifactUploaded
from flakebot.compose import FoldedFinding, Places, comment_body, crash_line, failure_body, findings, one_line, review_body
from flakebot.compose.comment import without_links
from flakebot.errors import ArtifactError, ArtifactNameTaken, ForgeError
from flakebot.publish import Finding, Folded, Forge, Permalinks, plan_review, publish
from flakebot.publish.locate import locate
from flakebot.reports import FOLDER, ReportFiles
from flakebot.results import Reviewed, Uploaded
from flakebot.settings import Comment
from flakemark.model import FailedTest, NodeId, Report, Verdict

MAX_NAMES = 20  # jobs of a matrix share the name of their job


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Publishes for one job.

    Attributes:
        artifacts: the service, None where there is none.
        open_forge: makes the client when it is needed, which is after all tests are dead.
        number: of the pull request, None if there is none.
        workspace: the tree that was traced.
        comment: which findings become comments.
        max_comments: how many at most.
        redact: takes secrets out of a text.
    """

    artifacts: Artifacts | None
    open_forge: Callable[[], Forge]
    number: int | None
    workspace: Path
    comment: Comment
    max_comments: int
    redact: Callable[[str], str]

    def upload(self, files: ReportFiles, name: str, retention_days: int | None) -> Uploaded:
        """Upload the reports; where that cannot be, they are still in the workspace."""
        stay = f"the reports are in the folder {FOLDER} of the workspace"
        if self.artifacts is None:
            return Uploaded(remarks=(f"this GitHub offers no artifact service to the action; {stay}",))
        content = {path.name: path.read_bytes() for path in files.files}
        try:
            done = _upload(self.artifacts, name, content, retention_days)
        except ArtifactError as error:
            return Uploaded(remarks=(f"{error}; {stay}",))
        return Uploaded(done.id, done.url)

    def review(self, report: Report, failed: Mapping[NodeId, FailedTest], places: Places) -> Reviewed:
        """Post the findings as one review; whatever the forge answers, a remark says what became of them."""
        told = [*self._causes(report, places), *self._failures(report, failed, places)]
        if not told or self.number is None:
            return Reviewed(remarks=(_why_silent(self.comment),))
        try:
            return self._post(self.open_forge(), self.number, report, told, places)
        except ForgeError as error:
            return Reviewed(remarks=(f"no review was posted: {error}",))

    def _causes(self, report: Report, places: Places) -> Iterator[Finding]:
        for found in findings(report) if self.comment is not Comment.NONE else ():
            cause, body = found.cause, self.redact(comment_body(found, places))
            path = places.in_repository(cause.file)
            yield Finding(path=path, line=cause.line, end_line=cause.end_line, body=body, summary=one_line(found))

    def _failures(self, report: Report, failed: Mapping[NodeId, FailedTest], places: Places) -> Iterator[Finding]:
        for test in report.tests if self.comment is Comment.ALL else ():
            file, line = crash_line(failed.get(test.nodeid))
            if test.verdict is Verdict.CONSISTENT_FAILURE and test.cause is None and file:
                body = self.redact(failure_body(test, places))
                path = places.in_repository(file)
                yield Finding(path=path, line=line, end_line=line, body=body, summary=without_links(body).splitlines()[0])

    def _post(self, forge: Forge, number: int, report: Report, told: Sequence[Finding], places: Places) -> Reviewed:
        changed = forge.changed_files(number)
        placed = locate(forge, told, changed, head_sha=places.head_sha, traced=self._traced_text)
        plan = plan_review(placed, changed, number=number, head_sha=places.head_sha, max_comments=self.max_comments)
        links = Permalinks(places.server_url, places.repository, places.head_sha)
        done = publish(forge, plan, lambda folded: self.redact(review_body(report, [_folded(one, links) for one in folded], places)))
        remarks = (*done.reasons, *_in_body(len(done.folded), len(told)))
        return Reviewed(done.posted.url if done.posted else "", remarks)

    def _traced_text(self, path: str) -> str | None:
        """The report is hostile: its paths must not lead out of the workspace."""
        file = (self.workspace / path).resolve()
        if ".." in PurePosixPath(path).parts or not file.is_relative_to(self.workspace.resolve()):
            return None
        try:
            return file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None


def _upload(artifacts: Artifacts, name: str, content: Mapping[str, bytes], retention_days: int | None, number: int = 1) -> ArtifactUploaded:
    try:
        return artifacts.upload(name if number == 1 else f"{name}-{number}", content, retention_days)
    except ArtifactNameTaken:
        if number == MAX_NAMES:
            raise
    return _upload(artifacts, name, content, retention_days, number + 1)


def _why_silent(comment: Comment) -> str:
    why = "the input comment is none" if comment is Comment.NONE else "there is no cause to comment on"
    return f"no review is posted: {why}"


def _folded(one: Folded, links: Permalinks) -> FoldedFinding:
    found = one.finding
    place = f"{found.path}:{found.line}"
    return FoldedFinding(place=place, url=links.to(found), reason=one.reason.value, body=found.body, summary=found.summary)


def _in_body(folded: int, total: int) -> tuple[str, ...]:
    return (f"{folded} of {total} findings are told in the body of the review, not at their line",) if folded else ()
