"""Bring findings to GitHub: the artifact of the job, and the review of the pull request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from flakebot.artifacts import Artifacts, ArtifactUploaded
from flakebot.compose import Finding as Cause
from flakebot.compose import HeadLines, Places, comment_body, crash_line, failure_body, failure_line, findings, links, one_line, review_head
from flakebot.compose.redact import HIDDEN
from flakebot.deadline import Deadline
from flakebot.errors import ArtifactError, ArtifactNameTaken, ForgeError, OutOfTime
from flakebot.event import Head
from flakebot.publish import (
    ChangedFile,
    Finding,
    Forge,
    Frame,
    Permalinks,
    PublishOutcome,
    PullRequest,
    Request,
    Rung,
    digest,
    locate,
    publish,
)
from flakebot.publish.suggest import suggested_lines
from flakebot.reports import FOLDER, ReportFiles
from flakebot.results import Reviewed, Uploaded
from flakebot.settings import Comment
from flakemark.model import FailedTest, NodeId, Report, Verdict

MAX_NAMES = 20  # jobs of a matrix share the name of their job
# Seconds: of the deadline's that the upload leaves to the review; and after it, for the request that is under way then.
FOR_THE_REVIEW = 65
LAST_REQUEST = 40
LOOKING = 30  # seconds, where nothing is posted
_PERMISSION = "the job needs `permissions: pull-requests: write`, and a pull request of a fork cannot have it (docs/events.md)"


@dataclass(frozen=True, slots=True)
class _Seen:
    """A pull request as it is now, with the findings at the lines of its head."""

    changed: tuple[ChangedFile, ...]
    findings: tuple[Finding, ...]
    lines: HeadLines


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Publishes for one job.

    Attributes:
        artifacts: the service, None where there is none.
        open_forge: makes the client when it is needed, which is after all tests are dead.
        number: of the pull request, None if the event names none.
        head: where to look for it then, None where there can be none.
        deadline: for all of it.
        workspace: the tree that was traced.
        comment: which findings become comments.
        max_comments: how many at most.
        redact: takes secrets out of a text.
    """

    artifacts: Artifacts | None
    open_forge: Callable[[], Forge]
    number: int | None
    head: Head | None
    deadline: Deadline
    workspace: Path
    comment: Comment
    max_comments: int
    redact: Callable[[str], str]

    def upload(self, files: ReportFiles, name: str, retention_days: int | None) -> Uploaded:
        """Upload the reports; where that cannot be, they are still in the workspace."""
        stay = f"the reports are in the folder {FOLDER} of the workspace"
        if self.artifacts is None:
            return Uploaded(remarks=(f"this GitHub offers no artifact service to the action; {stay}",))
        content = {path.relative_to(files.folder).as_posix(): path.read_bytes() for path in files.files}
        try:
            with self.deadline.guard(-FOR_THE_REVIEW):
                done = _upload(self.artifacts, name, content, retention_days)
        except (ArtifactError, OutOfTime) as error:
            return Uploaded(remarks=(f"{error}; {stay}",))
        return Uploaded(done.id, done.url)

    def review(self, report: Report, failed: Mapping[NodeId, FailedTest], places: Places) -> Reviewed:
        """Tell each cause once on the pull request; whatever the forge answers, a remark says what became of it."""
        if self.comment is Comment.NONE:
            return replace(self.look(report, failed, places), remarks=("no review is posted: the input comment is none",))
        try:
            with self.deadline.guard(LAST_REQUEST):
                return self._review(report, failed, places)
        except (ForgeError, OutOfTime) as error:
            return Reviewed(remarks=(f"no review was posted: {error}",))

    def look(self, report: Report, failed: Mapping[NodeId, FailedTest], places: Places) -> Reviewed:
        """Find the lines in the head of the pull request and post nothing."""
        if self.number is None and self.head is None:
            return Reviewed()
        try:
            with self.deadline.guard(LOOKING - self.deadline.left()):
                forge = self.open_forge()
                pull = self._pull(forge)
                return Reviewed() if pull is None else _looked_up(self._seen(forge, pull, report, failed, places), pull)
        except (ForgeError, OutOfTime):
            return Reviewed()  # the links then lead to the commit that was traced

    def _review(self, report: Report, failed: Mapping[NodeId, FailedTest], places: Places) -> Reviewed:
        forge = self.open_forge()
        pull = self._pull(forge)
        if pull is None:
            return Reviewed(remarks=("no review is posted: no open pull request has this commit as its head",))
        # The lines of the diff are those of the head as it is now, which a push may have moved since the tests ran.
        places = replace(places, head_sha=pull.head_sha)
        seen = self._seen(forge, pull, report, failed, places)
        request = Request(
            number=pull.number,
            head_sha=pull.head_sha,
            findings=seen.findings,
            changed=seen.changed,
            max_comments=self.max_comments,
            links=Permalinks(places.server_url, places.repository, pull.head_sha),
            frame=Frame(review_head, links(places)),
        )
        return replace(_told(publish(forge, request)), head_sha=pull.head_sha, lines=seen.lines)

    def _seen(self, forge: Forge, pull: PullRequest, report: Report, failed: Mapping[NodeId, FailedTest], places: Places) -> _Seen:
        told = _distinct([*self._causes(report, places), *self._failures(report, failed, places)])
        raised = _raised(report, failed, places)
        changed = forge.changed_files(pull.number)
        before = [*told, *raised]
        after = locate(forge, before, changed, head_sha=pull.head_sha, traced=self._traced_text)
        lines = {
            (one.path, one.line): there.line if there.in_head else None for one, there in zip(before, after, strict=True) if there.looked_up
        }
        return _Seen(changed, after[: len(told)], lines)

    def _pull(self, forge: Forge) -> PullRequest | None:
        if self.number is not None:
            return forge.pull_request(self.number)
        return None if self.head is None else forge.find_pull_request(self.head.owner, self.head.branch, self.head.sha)

    def _causes(self, report: Report, places: Places) -> Iterator[Finding]:
        for found in findings(report):
            cause, path = found.cause, places.in_repository(found.cause.file)
            yield Finding(
                cause=digest(found.identity(places.folder)),
                path=path,
                line=cause.line,
                end_line=cause.end_line,
                body=self.redact(comment_body(found, places, self._suggestion(found, places))),
                elsewhere=self.redact(comment_body(found, places)),
                summary=self.redact(one_line(found)),
                source=self._source(found, path),
            )

    def _source(self, found: Cause, path: str) -> str:
        """The whole line, so that it can be found again: what the report quotes may be shortened or redacted."""
        lines = (self._traced_text(path) or "").splitlines()
        line, quoted = found.cause.line, found.cause.source
        if 1 <= line <= len(lines):
            return lines[line - 1]
        return "" if HIDDEN in quoted or quoted.endswith("…") else quoted

    def _suggestion(self, found: Cause, places: Places) -> str | None:
        fix, cause = found.diagnosis.fix, found.cause
        text = self._traced_text(places.in_repository(cause.file))
        if fix is None or fix.patch is None or text is None or HIDDEN in fix.patch:
            return None
        lines = suggested_lines(fix.patch, cause.file, text.splitlines(), cause.line, cause.end_line)
        return lines if lines is not None and self.redact(lines) == lines else None

    def _failures(self, report: Report, failed: Mapping[NodeId, FailedTest], places: Places) -> Iterator[Finding]:
        for test in report.tests if self.comment is Comment.ALL else ():
            file, line = crash_line(failed.get(test.nodeid))
            if test.verdict is Verdict.CONSISTENT_FAILURE and test.cause is None and file:
                body, path = self.redact(failure_body(test, places)), places.in_repository(file)
                cause = digest([places.folder, test.nodeid])
                yield Finding(cause=cause, path=path, line=line, end_line=line, body=body, elsewhere=body, summary=failure_line(test))

    def _traced_text(self, path: str) -> str | None:
        """The report is hostile: its paths must not lead out of the workspace."""
        file = (self.workspace / path).resolve()
        if ".." in PurePosixPath(path).parts or not file.is_relative_to(self.workspace.resolve()):
            return None
        try:
            return file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None


def _raised(report: Report, failed: Mapping[NodeId, FailedTest], places: Places) -> list[Finding]:
    """The lines that annotations on tests without a cause stand at."""
    crashes = (crash_line(failed.get(test.nodeid)) for test in report.tests if test.cause is None)
    return [
        Finding(cause="", path=places.in_repository(file), line=line, end_line=line, body="", elsewhere="", summary="")
        for file, line in crashes if file
    ]  # fmt: skip


def _looked_up(seen: _Seen, pull: PullRequest) -> Reviewed:
    return Reviewed(head_sha=pull.head_sha, lines=seen.lines)


def _upload(artifacts: Artifacts, name: str, content: Mapping[str, bytes], retention_days: int | None, number: int = 1) -> ArtifactUploaded:
    try:
        return artifacts.upload(name if number == 1 else f"{name}-{number}", content, retention_days)
    except ArtifactNameTaken:
        if number == MAX_NAMES:
            raise
    return _upload(artifacts, name, content, retention_days, number + 1)


def _distinct(found: Sequence[Finding]) -> list[Finding]:
    """Number the causes that look alike: the same line of code twice in one function."""
    seen: Counter[str] = Counter()
    told = []
    for one in found:
        seen[one.cause] += 1
        told.append(one if seen[one.cause] == 1 else replace(one, cause=digest([one.cause, str(seen[one.cause])])))
    return told


def _told(done: PublishOutcome) -> Reviewed:
    total = len(done.told) + len(done.untold)
    below = sum(one.rung is Rung.BELOW for one in done.told)
    remarks = [*done.reasons, *([_PERMISSION] if done.forbidden else ())]
    if below:
        remarks.append(f"{below} of {total} findings are told in the conversation, for no line of the diff can carry them")
    if done.untold:
        remarks.append(f"{len(done.untold)} of {total} findings could not be posted; this summary and the artifact tell them")
    if not total:
        remarks.append("no review is posted: there is no cause to comment on")
    return Reviewed(done.url, tuple(remarks))
