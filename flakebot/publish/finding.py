"""A root cause as it is to be told on a pull request, and why it may have to be told elsewhere than at its line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from urllib.parse import quote

from flakebot.publish.marker import Kind, Marker, digest
from flakemark.report.escape import code_span, shorten

MAX_PLACE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A root cause with its texts.

    Attributes:
        cause: fingerprint that stays the same when lines move and in other jobs.
        path: relative to the repository, forward slashes.
        line, end_line: 1-based, inclusive, in the head's file.
        body: Markdown of the comment on exactly these lines; may hold a suggestion, which replaces them.
        elsewhere: Markdown for any other place.
        summary: Markdown of one line, for where there is no room.
        source: text of `line`, "" if unknown.
        in_head: False if the head does not hold these lines, as far as is known; they then count in the tree that was traced.
        looked_up: False if the head's file could not be read, and its diff does not show these lines.
    """

    cause: str
    path: str
    line: int
    end_line: int
    body: str
    elsewhere: str
    summary: str
    source: str = ""
    in_head: bool = True
    looked_up: bool = True

    def marker(self, kind: Kind, head_sha: str) -> Marker:
        """Return the marker of a comment or a section on it."""
        source = digest([self.source]) if self.source.strip() else ""
        return Marker(kind=kind, cause=self.cause, head=head_sha, path=self.path, source=source)


class Reason(str, Enum):
    """Why a finding is not at its line."""

    NOT_IN_DIFF = "its line is not part of this pull request's diff"
    NOT_IN_HEAD = "its line is not in the head commit"
    NO_PATCH = "GitHub shows no diff of its file"
    TOO_MANY = "the pull request has as many comments as it may have"
    TOO_LONG = "its comment is longer than GitHub takes"
    REFUSED = "GitHub refused the comment at its line"
    MOVED = "the line moved after the comment was made, and somebody answered there"


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
        address = f"{self.server_url.rstrip('/')}/{quote(self.repository)}/blob/{quote(self.sha)}/{quote(finding.path, errors='replace')}"
        return address + (lines if finding.in_head else "")

    def heading(self, finding: Finding) -> str:
        """Return a heading that leads to a finding's lines."""
        return f"#### [{code_span(shorten(f'{finding.path}:{finding.line}', MAX_PLACE))}]({self.to(finding)})"


def told_elsewhere(finding: Finding, reason: Reason, links: Permalinks) -> str:
    """Return the Markdown of a finding for a place that is not its line."""
    return f"{links.heading(finding)}\n\n{finding.elsewhere}\n\n<sub>Told here because {reason.value}.</sub>"


def told_briefly(finding: Finding, links: Permalinks) -> str:
    """Return the same where there is little room."""
    return f"{links.heading(finding)}\n\n{finding.summary}"
