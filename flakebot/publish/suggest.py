"""A patch as a suggestion, which a click on the pull request applies: the commented lines anew, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from flakebot.publish.diff import DiffLine, parse_patch

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
        and no other, and starts from what the file holds.
    """
    if _NAMES.findall(patch) != [path] or not 1 <= line <= end_line <= len(lines):
        return None
    found = [one for hunk in parse_patch(patch) for one in hunk.lines]
    changed = [before for before, one in _with_line_before(found) if one.left is None or one.right is None]
    fits = all(line - 1 <= before <= end_line for before in changed)
    removed = all(line <= one.left <= end_line for one in found if one.left is not None and one.right is None)
    same = all(one.left is None or (one.left <= len(lines) and lines[one.left - 1] == one.text) for one in found)
    if not changed or not fits or not removed or not same:
        return None
    return "\n".join(_replaced(found, lines, line, end_line))


def _with_line_before(found: Sequence[DiffLine]) -> Iterator[tuple[int, DiffLine]]:
    """Each line of a diff with the number of the old line that it is, or after which it is added."""
    before = 0
    for position, one in enumerate(found):
        if one.left is not None:
            before = one.left
        elif position == 0 or (one.right is not None and found[position - 1].right != one.right - 1):
            following = next((later.left for later in found[position:] if later.left is not None), before + 1)
            before = following - 1
        yield before, one


def _replaced(found: Sequence[DiffLine], lines: Sequence[str], line: int, end_line: int) -> Iterator[str]:
    removed = {one.left for one in found if one.right is None}
    added: dict[int, list[str]] = {}
    for before, one in _with_line_before(found):
        if one.left is None:
            added.setdefault(before, []).append(one.text)
    yield from added.get(line - 1, ())
    for number in range(line, end_line + 1):
        if number not in removed:
            yield lines[number - 1]
        yield from added.get(number, ())
