"""The diff of a pull request, made from its two trees.

Knows by itself which lines a comment can stand on, and does not read patches: what it says is a check on those who do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

CONTEXT = 3
NO_NEWLINE = "\n\\ No newline at end of file\n"


@dataclass(frozen=True, slots=True)
class Place:
    """A hunk: the 1-based lines of both sides that it shows, and its text."""

    left: range
    right: range
    text: str

    def lines(self, side: str) -> range:
        """Return the lines of the side "LEFT" or "RIGHT"."""
        return self.left if side == "LEFT" else self.right


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """What the pull request does to one file."""

    path: str
    status: str
    additions: int
    deletions: int
    places: tuple[Place, ...]

    @property
    def patch(self) -> str:
        """The hunks as GitHub shows them: without file headers and without a newline at the end."""
        return "\n".join(place.text for place in self.places)


def diffs(base: Mapping[str, str], head: Mapping[str, str]) -> tuple[Diff, ...]:
    """Return what changed between two trees, sorted by path."""
    return tuple(_diff(path, base.get(path), head.get(path)) for path in sorted({*base, *head}) if base.get(path) != head.get(path))


def moved(before: str, after: str, line: int) -> int | None:
    """Return the number that a line of the one text has in the other, None if it is not there."""
    matcher = SequenceMatcher(None, _lines(before), _lines(after), autojunk=False)
    found = (line - 1 - block.a + block.b + 1 for block in matcher.get_matching_blocks() if block.a <= line - 1 < block.a + block.size)
    return next(found, None)


def _diff(path: str, before: str | None, after: str | None) -> Diff:
    old, new = _lines(before or ""), _lines(after or "")
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    changes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    return Diff(
        path=path,
        status="added" if before is None else "removed" if after is None else "modified",
        additions=sum(code[4] - code[3] for code in changes),
        deletions=sum(code[2] - code[1] for code in changes),
        places=tuple(_place(old, new, group) for group in matcher.get_grouped_opcodes(CONTEXT)),
    )


def _place(old: list[str], new: list[str], group: list[tuple[str, int, int, int, int]]) -> Place:
    left, right = range(group[0][1], group[-1][2]), range(group[0][3], group[-1][4])
    text = f"@@ -{_span(left)} +{_span(right)} @@\n" + "".join(_marked(old, new, group))
    return Place(range(left.start + 1, left.stop + 1), range(right.start + 1, right.stop + 1), text.removesuffix("\n"))


def _marked(old: list[str], new: list[str], group: list[tuple[str, int, int, int, int]]) -> Iterator[str]:
    for kind, old_start, old_end, new_start, new_end in group:
        if kind == "equal":
            yield from (_line(" ", text) for text in old[old_start:old_end])
        else:
            yield from (_line("-", text) for text in old[old_start:old_end])
            yield from (_line("+", text) for text in new[new_start:new_end])


def _line(mark: str, text: str) -> str:
    return mark + (text if text.endswith("\n") else text + NO_NEWLINE)


def _span(lines: range) -> str:
    if len(lines) == 1:
        return str(lines.start + 1)
    return f"{lines.start + 1 if lines else lines.start},{len(lines)}"


def _lines(text: str) -> list[str]:
    """A line ends at a newline and at nothing else, as for git."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)
