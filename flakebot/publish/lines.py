"""Lines of the tree that was traced (often a merge commit) and lines of the head of the pull request."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import islice

MAX_EXACT = 5_000  # lines that are compared all with all
MAX_LINES = 100_000  # of both texts together, without what is equal at both ends: the author of the change chooses them


def map_line(traced_text: str, head_text: str, line: int) -> int | None:
    """Return where a line of the traced file stands in the head's file.

    Args:
        traced_text: content of the file as it was traced.
        head_text: content of the same file in the head commit.
        line: 1-based, in the traced file, as Python counts: a lone CR ends a line.

    Returns:
        The 1-based line in the head's file, as the forge counts: only LF ends a line. None if the head does not hold this
        line, the traced file has no such line, or the texts differ over too many lines to tell in time. Linear in what is
        equal at both ends, O(n*m) lines between.
    """
    found = _map(_lines(traced_text), _lines(head_text), line)
    return None if found is None else _counted_by_forge(head_text, found)


def map_span(traced_text: str, head_text: str, line: int, end_line: int) -> tuple[int, int] | None:
    """Return where several consecutive lines stand in the head's file, None unless all of them do, still in one piece."""
    mapped = [map_line(traced_text, head_text, one) for one in dict.fromkeys((line, end_line))]
    first, last = mapped[0], mapped[-1]
    if first is None or last is None or last - first != end_line - line:
        return None
    return first, last


def _map(traced: list[str], head: list[str], line: int) -> int | None:
    if not 1 <= line <= len(traced):
        return None
    before, after = _equal_ends(traced, head)
    if line <= before:
        return line
    if line > len(traced) - after:
        return line + len(head) - len(traced)
    middle, other = traced[before : len(traced) - after], head[before : len(head) - after]
    if len(middle) + len(other) > MAX_LINES:
        return None
    # Comparing all with all takes 1 s for 10,000 lines; without the frequent ones less is found, but nothing wrong.
    matcher = SequenceMatcher(None, middle, other, autojunk=len(other) > MAX_EXACT)
    for block in matcher.get_matching_blocks():
        if block.a < line - before <= block.a + block.size:
            return line + block.b - block.a
    return None


def _equal_ends(traced: list[str], head: list[str]) -> tuple[int, int]:
    """How many lines are equal at the begin and, of the others, at the end: usually almost all."""
    before, most = 0, min(len(traced), len(head))
    while before < most and traced[before] == head[before]:
        before += 1
    after = 0
    while after < most - before and traced[-1 - after] == head[-1 - after]:
        after += 1
    return before, after


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _counted_by_forge(text: str, line: int) -> int:
    breaks = islice(re.finditer(r"\r\n|\r|\n", text), line - 1)
    return 1 + sum(found[0].endswith("\n") for found in breaks)
