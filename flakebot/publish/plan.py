"""Decide where each finding goes: its line in the diff, its file in the diff, or below. Pure: effects are values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from flakebot.publish.diff import Hunk, fits, parse_patch
from flakebot.publish.finding import Finding, Reason
from flakebot.publish.forge import ChangedFile, InlineComment, Side
from flakebot.publish.marker import SAFE_BODY

MAX_INLINE = 30  # comments in one review


class Rung(str, Enum):
    """A step of the ladder, the best first. Below all of them are annotations and the job summary, which always tell it."""

    LINE = "line"
    FILE = "file"
    BELOW = "below"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a finding can stand.

    Attributes:
        line, start_line: of the comment; None where they do not apply.
        exact: whether the comment covers the finding's lines and nothing else, so that a suggestion replaces the right ones.
        reason: why it is not at its line, None if it is.
    """

    rung: Rung
    line: int | None = None
    start_line: int | None = None
    exact: bool = False
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A finding and where it goes."""

    finding: Finding
    spot: Spot

    @property
    def reason(self) -> Reason:
        """Why it is not at its line, for places where that has to be said."""
        return self.spot.reason or Reason.REFUSED

    def comment(self, marker: str) -> InlineComment:
        """Return the comment at its line."""
        body = self.finding.body if self.spot.exact else self.finding.elsewhere
        return InlineComment(self.finding.path, self.spot.line or 0, f"{marker}\n{body}", self.spot.start_line)


class Ladder:
    """Knows for each finding the best place that the diff allows.

    Args:
        changed: all changed files of the pull request.
    """

    def __init__(self, changed: Sequence[ChangedFile]) -> None:
        self._files = {file.path: file for file in changed}
        self._hunks: dict[str, tuple[Hunk, ...]] = {}

    def place(self, finding: Finding) -> Placed:
        """Return the finding with its place."""
        reason = self._why_not(finding)
        if reason is None:
            return Placed(finding, self._at_lines(finding))
        return Placed(finding, Spot(rung=self._second_best(finding, reason), reason=reason))

    def step_down(self, placed: Placed, reason: Reason) -> Placed:
        """Return the next best place after a refusal."""
        rung = Rung.FILE if placed.spot.rung is Rung.LINE else Rung.BELOW
        return Placed(placed.finding, Spot(rung=rung, reason=placed.spot.reason or reason))

    def _why_not(self, finding: Finding) -> Reason | None:
        file = self._files.get(finding.path)
        if not finding.in_head:
            return Reason.NOT_IN_HEAD
        if file is None:
            return Reason.NOT_IN_DIFF
        if file.patch is None:
            return Reason.NO_PATCH
        if not fits(self._hunks_of(file), finding.line, None, Side.RIGHT):
            return Reason.NOT_IN_DIFF
        return Reason.TOO_LONG if len(finding.body) > SAFE_BODY else None

    def _second_best(self, finding: Finding, reason: Reason) -> Rung:
        file = self._files.get(finding.path)
        can = file is not None and file.status != "removed" and reason is not Reason.TOO_LONG and len(finding.elsewhere) <= SAFE_BODY
        return Rung.FILE if can else Rung.BELOW

    def _at_lines(self, finding: Finding) -> Spot:
        hunks = self._hunks_of(self._files[finding.path])
        if finding.end_line <= finding.line:
            return Spot(rung=Rung.LINE, line=finding.line, exact=True)
        if fits(hunks, finding.end_line, finding.line, Side.RIGHT):
            return Spot(rung=Rung.LINE, line=finding.end_line, start_line=finding.line, exact=True)
        return Spot(rung=Rung.LINE, line=finding.line)

    def _hunks_of(self, file: ChangedFile) -> tuple[Hunk, ...]:
        if file.path not in self._hunks:
            self._hunks[file.path] = parse_patch(file.patch)
        return self._hunks[file.path]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be posted anew: together all findings, each part in the order in which they came."""

    lines: tuple[Placed, ...]
    files: tuple[Placed, ...]
    below: tuple[Placed, ...]


def plan_posts(findings: Sequence[Finding], ladder: Ladder, *, room: int) -> Plan:
    """Decide where each finding goes.

    Args:
        findings: the most important first.
        ladder: knows the diff.
        room: how many comments the diff may still take.
    """
    parts: Mapping[Rung, list[Placed]] = {rung: [] for rung in Rung}
    for placed in map(ladder.place, findings):
        full = len(parts[Rung.LINE]) + len(parts[Rung.FILE]) >= room
        if full and placed.spot.rung is not Rung.BELOW:
            placed = Placed(placed.finding, Spot(rung=Rung.BELOW, reason=Reason.TOO_MANY))  # noqa: PLW2901 - same finding
        parts[placed.spot.rung].append(placed)
    return Plan(*(tuple(parts[rung]) for rung in Rung))
