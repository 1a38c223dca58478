"""Find the findings' lines in the head of the pull request: the tree that was traced is often a merge commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from flakebot.errors import ForgeError, NotFound
from flakebot.publish.diff import parse_patch, text_at
from flakebot.publish.finding import Finding
from flakebot.publish.forge import ChangedFile, Forge, Side
from flakebot.publish.lines import map_span


def locate(
    forge: Forge,
    findings: Sequence[Finding],
    changed: Sequence[ChangedFile],
    *,
    head_sha: str,
    traced: Callable[[str], str | None],
) -> tuple[Finding, ...]:
    """Return the findings with lines of the head commit; `in_head` is False where it does not hold them.

    One request per file. If the forge does not show the file, the lines stay as they are where the diff shows the same
    text at them.

    Args:
        forge: the repository of the pull request.
        findings: with lines of the tree that was traced.
        changed: all changed files of the pull request.
        head_sha: of the head commit.
        traced: returns the text of a file as it was traced, None if it is unknown; the lines are then taken as they are.
    """
    patches = {file.path: file.patch for file in changed}
    texts: dict[str, str | None] = {}
    located = []
    for finding in findings:
        before = traced(finding.path)
        if before is None:
            located.append(finding)
            continue
        if finding.path not in texts:
            texts[finding.path] = _head_text(forge, finding.path, head_sha, finding.path in patches)
        after = texts[finding.path]
        located.append(_shown(finding, before, patches.get(finding.path)) if after is None else _moved(finding, before, after))
    return tuple(located)


def _head_text(forge: Forge, path: str, head_sha: str, changed: bool) -> str | None:
    try:
        return forge.file_at(path, head_sha)
    except NotFound:
        # For a file of the diff it means that the token may not read contents; the diff itself can be read.
        return None if changed else ""
    except ForgeError:
        return None


def _moved(finding: Finding, before: str, after: str) -> Finding:
    span = map_span(before, after, finding.line, finding.end_line)
    if span is None:
        return replace(finding, in_head=False)
    return replace(finding, line=span[0], end_line=span[1])


def _shown(finding: Finding, before: str, patch: str | None) -> Finding:
    hunks = parse_patch(patch)
    lines = before.split("\n")
    wanted = [(number, lines[number - 1] if 1 <= number <= len(lines) else None) for number in (finding.line, finding.end_line)]
    same = all(text is not None and text_at(hunks, number, Side.RIGHT) == text for number, text in wanted)
    return replace(finding, in_head=same)
