"""Which lines of a pull request's diff can carry a comment.

A forge takes a comment on the RIGHT side for added and context lines, on the LEFT side for removed and context lines,
and on several lines only if both ends lie in one hunk.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flakebot.publish.forge import Side

_MARKS = frozenset({" ", "+", "-", "\\", ""})
_HEADER = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of a hunk.

    Attributes:
        text: without the mark in front and the newline.
        left, right: its 1-based number before and after the change; None where it does not exist.
    """

    text: str
    left: int | None
    right: int | None

    def number(self, side: Side) -> int | None:
        """Return its number on a side."""
        return self.left if side is Side.LEFT else self.right


@dataclass(frozen=True, slots=True)
class Hunk:
    """A run of changed lines with their context; within a side its numbers are consecutive."""

    lines: tuple[DiffLine, ...]

    def numbers(self, side: Side) -> range:
        """Return the lines of a side that can carry a comment, in order; empty if there are none."""
        found = [number for line in self.lines if (number := line.number(side)) is not None]
        return range(found[0], found[-1] + 1) if found else range(0)


def parse_patch(patch: str | None) -> tuple[Hunk, ...]:
    """Read the hunks of one file's unified diff.

    Lines end at newlines alone: form feeds, lone carriage returns and the separators of Unicode are text.

    Args:
        patch: as a forge gives it, with or without the two file headers; None for a file without one.

    Returns:
        The hunks in order; what is not part of a hunk is skipped, a hunk that is cut short keeps the lines it has.
    """
    lines = deque(patch.split("\n") if patch else ())
    hunks = []
    while lines:
        header = _HEADER.match(lines.popleft())
        found = tuple(_body(header, lines)) if header else ()
        if found:
            hunks.append(Hunk(found))
    return tuple(hunks)


def commentable(hunks: Iterable[Hunk], side: Side) -> frozenset[int]:
    """Return all line numbers of a side that can carry a comment."""
    return frozenset(number for hunk in hunks for number in hunk.numbers(side))


def fits(hunks: Iterable[Hunk], line: int, start_line: int | None, side: Side) -> bool:
    """Say whether a comment on these lines would be taken.

    Args:
        hunks: of the file.
        line: the last line.
        start_line: the first one, below `line`; None for a single line.
        side: of both.
    """
    if start_line is not None and start_line >= line:
        return False
    ends = {line, line if start_line is None else start_line}
    return any(ends <= set(hunk.numbers(side)) for hunk in hunks)


def text_at(hunks: Iterable[Hunk], line: int, side: Side) -> str | None:
    """Return the text of a line as the diff shows it, None if it does not."""
    return next((one.text for hunk in hunks for one in hunk.lines if one.number(side) == line), None)


def _body(header: re.Match[str], lines: deque[str]) -> Iterator[DiffLine]:
    """Take the lines of a hunk: as many as the header counts, but none that begins like no line of a hunk."""
    left, right = int(header[1]), int(header[3])
    end_left, end_right = left + int(header[2] or 1), right + int(header[4] or 1)
    while lines and lines[0][:1] in _MARKS and (left < end_left or right < end_right):
        line = lines.popleft()
        mark, text = line[:1] or " ", line[1:]  # some tools strip the blank of an empty context line
        if mark == "\\":
            continue
        in_left, in_right = mark != "+", mark != "-"
        yield DiffLine(text, left if in_left else None, right if in_right else None)
        left, right = left + in_left, right + in_right
