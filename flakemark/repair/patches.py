"""Patches as unified diffs of one file: made, and applied to exactly what they were made for."""

from __future__ import annotations

import re
from difflib import unified_diff

_HEAD = re.compile(r"@@ -(\d+)(?:,\d+)? \+\d+(?:,\d+)? @@")
_NO_NEWLINE = "\\ No newline at end of file"


def make_patch(file: str, before: str, after: str) -> str:
    """Return what changes a file as a unified diff."""
    lines = unified_diff(_lines(before), _lines(after), f"a/{file}", f"b/{file}")
    return "".join(line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}\n" for line in lines)


def file_of(patch: str) -> str:
    """Return the name of the file that a patch changes; "" if it is not one of ours."""
    lines = patch.split("\n", 2)
    old, new = (line.rstrip("\r") for line in [*lines, "", ""][:2])
    same = old.startswith("--- a/") and new.startswith("+++ b/") and old[6:] == new[6:]
    return new[6:] if same else ""


def apply_patch(before: str, patch: str) -> str | None:
    """Return a file's text with a patch applied; None if the lines that it replaces are not there."""
    lines, shift = _lines(before), 0
    for start, old, new in _hunks(patch):
        at = start - 1 + shift
        if lines[at : at + len(old)] != old:
            return None
        lines[at : at + len(old)] = new
        shift += len(new) - len(old)
    return "".join(lines)


def _hunks(patch: str) -> list[tuple[int, list[str], list[str]]]:
    """List where each hunk begins, 1-based, its lines before and its lines after."""
    found: list[tuple[int, list[str], list[str]]] = []
    sides: tuple[list[str], ...] = ()
    for line in _lines(patch)[2:]:
        head = _HEAD.match(line)
        if head is not None:
            found.append((int(head[1]), [], []))
        elif line.startswith(_NO_NEWLINE):
            for side in sides:
                side[-1] = side[-1].removesuffix("\n")
        elif found:
            _, old, new = found[-1]
            sides = {" ": (old, new), "-": (old,), "+": (new,)}.get(line[:1], ())
            for side in sides:
                side.append(line[1:])
    return found


def _lines(text: str) -> list[str]:
    """Split at newlines alone, and keep them: a form feed is part of its line."""
    return [line for line in re.split(r"(?<=\n)", text) if line]
