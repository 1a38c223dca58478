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
    text at them. If the traced text is not at hand, as in a job that publishes reports made elsewhere, the line of code
    that the report quotes takes its place.

    Args:
        forge: the repository of the pull request.
        findings: with lines of the tree that was traced.
        changed: all changed files of the pull request.
        head_sha: of the head commit.
        traced: returns the text of a file as it was traced, None if it is unknown.
    """
    patches = {file.path: file.patch for file in changed}
    texts: dict[str, str | None] = {}
    located = []
    for finding in findings:
        if finding.path not in texts:
            texts[finding.path] = _head_text(forge, finding.path, head_sha, finding.path in patches)
        before, after = traced(finding.path), texts[finding.path]
        if before is None:
            located.append(_quoted(finding, after, patches.get(finding.path)))
        elif after is None:
            located.append(_shown(finding, before, patches.get(finding.path)))
        else:
            located.append(_moved(finding, before, after))
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
        # An empty file is also what GitHub's 404 counts as, and a token that may not read contents gets that for every file.
        return replace(finding, in_head=False, looked_up=bool(after))
    return replace(finding, line=span[0], end_line=span[1])


def _quoted(finding: Finding, after: str | None, patch: str | None) -> Finding:
    """By the line of code alone: at its number, or at the one place in the file where it stands."""
    wanted = finding.source.strip()
    if after is not None:
        numbered = list(enumerate(map(str.strip, after.split("\n")), 1))
    else:
        shown = (one for hunk in parse_patch(patch) for one in hunk.lines if one.right is not None)
        numbered = [(one.right or 0, one.text.strip()) for one in shown]
    if (finding.line, wanted) in numbered:
        return finding
    places = [number for number, text in numbered if wanted and text == wanted]
    if len(places) != 1:
        return replace(finding, in_head=False, looked_up=after is not None)
    return replace(finding, line=places[0], end_line=places[0])


def _shown(finding: Finding, before: str, patch: str | None) -> Finding:
    hunks = parse_patch(patch)
    lines = before.split("\n")
    wanted = [(number, lines[number - 1] if 1 <= number <= len(lines) else None) for number in (finding.line, finding.end_line)]
    same = all(text is not None and text_at(hunks, number, Side.RIGHT) == text for number, text in wanted)
    return replace(finding, in_head=same, looked_up=same)
