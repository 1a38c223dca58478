"""Decide where each finding goes: to its line in the diff, or into the body of the review. Pure: effects are values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from urllib.parse import quote

from flakebot.publish.diff import Hunk, fits, parse_patch
from flakebot.publish.forge import ChangedFile, InlineComment, Review, Side

MAX_INLINE = 30  # comments in one review
MAX_BODY = 65_536  # characters of a body that GitHub takes
SAFE_BODY = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A root cause as it is to be told.

    Attributes:
        path: relative to the repository, forward slashes.
        line, end_line: 1-based, inclusive, in the head's file.
        body: Markdown of the whole comment.
        summary: Markdown of one line, for where there is no room.
        in_head: False if the head does not hold these lines; they then count in the tree that was traced.
    """

    path: str
    line: int
    end_line: int
    body: str
    summary: str
    in_head: bool = True


class Reason(str, Enum):
    """Why a finding is not at its line."""

    NOT_IN_DIFF = "its line is not part of this pull request's diff"
    NOT_IN_HEAD = "its line is not in the head commit"
    NO_PATCH = "GitHub shows no diff of its file"
    TOO_MANY = "the review has as many comments as it may have"
    TOO_LONG = "its comment is longer than GitHub takes"
    REFUSED = "GitHub refused the comment at its line"


@dataclass(frozen=True, slots=True)
class Anchored:
    """A finding with the comment at its line."""

    finding: Finding
    comment: InlineComment


@dataclass(frozen=True, slots=True)
class Folded:
    """A finding that is told in the body of the review, and why."""

    finding: Finding
    reason: Reason


BodyWriter = Callable[[Sequence[Folded]], str]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be posted on a pull request.

    Attributes:
        number: of the pull request.
        commit_id: its head.
        anchored, folded: together all findings, each in the order in which they came.
    """

    number: int
    commit_id: str
    anchored: tuple[Anchored, ...]
    folded: tuple[Folded, ...]

    def review(self, write_body: BodyWriter) -> Review:
        """Return the review that tells all findings."""
        return Review(self.commit_id, write_body(self.folded), tuple(one.comment for one in self.anchored))

    def without_anchors(self) -> Plan:
        """Return the plan that tells everything in the body."""
        refused = tuple(Folded(one.finding, Reason.REFUSED) for one in self.anchored)
        return replace(self, anchored=(), folded=(*refused, *self.folded))


@dataclass(frozen=True, slots=True)
class Permalinks:
    """Addresses of lines on the web.

    Attributes:
        server_url: e.g. "https://github.com".
        repository: "owner/name".
        sha: the commit that is shown.
    """

    server_url: str
    repository: str
    sha: str

    def to(self, finding: Finding) -> str:
        """Return the address of a finding's lines; of its file alone if the commit does not hold the lines."""
        lines = f"#L{finding.line}" if finding.end_line <= finding.line else f"#L{finding.line}-L{finding.end_line}"
        address = f"{self.server_url.rstrip('/')}/{self.repository}/blob/{self.sha}/{quote(finding.path)}"
        return address + (lines if finding.in_head else "")


def plan_review(findings: Sequence[Finding], changed: Sequence[ChangedFile], *, number: int, head_sha: str, max_comments: int) -> Plan:
    """Decide where each finding goes.

    Args:
        findings: the most important first.
        changed: all changed files of the pull request.
        number: of the pull request.
        head_sha: of its head; the lines of the comments count there.
        max_comments: at most so many comments in the diff, and never more than `MAX_INLINE`.
    """
    wanted = {finding.path for finding in findings}
    hunks = {file.path: None if file.patch is None else parse_patch(file.patch) for file in changed if file.path in wanted}
    anchored: list[Anchored] = []
    folded: list[Folded] = []
    for finding in findings:
        reason = _why_not(finding, hunks)
        if reason is None and len(anchored) >= min(max_comments, MAX_INLINE):
            reason = Reason.TOO_MANY
        if reason is None:
            anchored.append(Anchored(finding, _comment(finding, hunks[finding.path] or ())))
        else:
            folded.append(Folded(finding, reason))
    return Plan(number, head_sha, tuple(anchored), tuple(folded))


def write_body(headline: str, folded: Sequence[Folded], links: Permalinks) -> str:
    """Return a plain body of a review; callers with more to say bring their own `BodyWriter`.

    Args:
        headline: Markdown that always comes first.
        folded: the findings without a comment; in full as long as there is room, then by their summaries, then counted.
        links: to their lines.
    """
    parts = [headline]
    room = SAFE_BODY - len(headline)
    for position, one in enumerate(folded):
        link = f"[{_place(one.finding)}]({links.to(one.finding)})"
        whole = f"{link}: {one.reason.value}.\n\n{one.finding.body}"
        short = f"- {link}: {one.finding.summary}"
        # Half the room for whole texts: the summaries of all others matter more than the details of one.
        text = whole if len(whole) < room - SAFE_BODY // 2 else short
        if len(text) + 100 > room:
            parts.append(f"And {len(folded) - position} more; see the job summary.")
            break
        parts.append(text)
        room -= len(text) + 2
    return "\n\n".join(parts)


def _place(finding: Finding) -> str:
    return f"`{finding.path.replace('`', '')}:{finding.line}`"


def _why_not(finding: Finding, hunks: dict[str, tuple[Hunk, ...] | None]) -> Reason | None:
    if not finding.in_head:
        return Reason.NOT_IN_HEAD
    if finding.path not in hunks:
        return Reason.NOT_IN_DIFF
    in_file = hunks[finding.path]
    if in_file is None:
        return Reason.NO_PATCH
    if not fits(in_file, finding.line, None, Side.RIGHT):
        return Reason.NOT_IN_DIFF
    return Reason.TOO_LONG if len(finding.body) > MAX_BODY else None


def _comment(finding: Finding, hunks: tuple[Hunk, ...]) -> InlineComment:
    whole = finding.end_line > finding.line and fits(hunks, finding.end_line, finding.line, Side.RIGHT)
    if whole:
        return InlineComment(finding.path, finding.end_line, finding.body, start_line=finding.line)
    return InlineComment(finding.path, finding.line, finding.body)
