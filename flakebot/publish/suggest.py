"""A patch as a suggestion, which a click on the pull request applies: the commented lines anew, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from flakebot.publish.diff import DiffLine, Hunk, parse_patch
from flakebot.publish.forge import Side

_NAMES = re.compile(r"^--- [^\n]*\n\+\+\+ (?:b/)?([^\t\n]+)", re.MULTILINE)


def suggested_lines(patch: str, path: str, lines: Sequence[str], line: int, end_line: int) -> str | None:
    """Return what takes the place of some lines of a file.

    Args:
        patch: a unified diff.
        path: of the file, as the patch names it.
        lines: the file's lines, without line ends.
        line: the first that the comment stands on, 1-based.
        end_line: the last one.

    Returns:
        The new lines, each with its indentation; None unless the patch changes these lines and nothing else, of this file
        and no other, starts from what the file holds, and leaves something.
    """
    hunks = parse_patch(patch)
    if _NAMES.findall(patch) != [path] or not 1 <= line <= end_line <= len(lines) or not all(hunk.numbers(Side.LEFT) for hunk in hunks):
        return None
    found = [one for hunk in hunks for one in _numbered(hunk)]
    changed = [(number, one) for number, one in found if one.left is None or one.right is None]
    same = all(one.left is None or (one.left <= len(lines) and lines[one.left - 1] == one.text) for _, one in found)
    if not changed or not same or not all(_inside(number, one, line, end_line) for number, one in changed):
        return None
    return "\n".join(_replaced(changed, lines, line, end_line)) or None


def _numbered(hunk: Hunk) -> Iterator[tuple[int, DiffLine]]:
    """Each line with the number of the old line that it is, or after which it is added."""
    number = hunk.numbers(Side.LEFT).start - 1
    for one in hunk.lines:
        number = one.left or number
        yield number, one


def _inside(number: int, one: DiffLine, line: int, end_line: int) -> bool:
    """Whether the change is within the commented lines; what is added right before or after them is."""
    return (line - 1 if one.left is None else line) <= number <= end_line


def _replaced(changed: Sequence[tuple[int, DiffLine]], lines: Sequence[str], line: int, end_line: int) -> Iterator[str]:
    removed = {number for number, one in changed if one.right is None}
    for number in range(line - 1, end_line + 1):
        if number >= line and number not in removed:
            yield lines[number - 1]
        yield from (one.text for after, one in changed if one.left is None and after == number)
