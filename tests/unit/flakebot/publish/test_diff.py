"""Which lines of a diff can carry a comment: against hunks made by difflib and by git."""

from __future__ import annotations

import difflib
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flakebot.publish.diff import Hunk, commentable, fits, parse_patch, text_at
from flakebot.publish.forge import Side
from flakebot.standin.hunks import diffs

PATCH = """@@ -8,5 +8,6 @@ def total(basket):
 eight
 nine
-ten
+ten and
+a half
 eleven
 twelve
@@ -30 +31,0 @@
-thirty
\\ No newline at end of file"""

# Everything that is a line end for somebody, but only "\n" for git.
TEXT = st.text(st.sampled_from(["a", "b", " ", "@", "-", "+", "\\", "\r", "\f", "\x1c", "\x85", "\u2028"]), max_size=4)
LINES = st.lists(st.one_of(st.sampled_from(["same", "@@ -1,2 +1,2 @@", "", "--- a", "+++ b"]), TEXT), max_size=40)
ENDS = st.sampled_from(["", "\n"])


def document(lines: list[str], end: str) -> str:
    return "\n".join(lines) + end if lines else ""


def numbered(text: str) -> dict[int, str]:
    lines = text.split("\n")
    return dict(enumerate(lines[:-1] if lines[-1] == "" else lines, 1))


def edited(lines: list[str], edits: list[tuple[int, str]]) -> list[str]:
    """Change few lines, so that there are hunks and gaps between them."""
    after = list(lines)
    for position, text in edits:
        place = position % (len(after) + 1)
        after[place : place + (position % 2)] = [text] if position % 3 else []
    return after


EDITS = st.lists(st.tuples(st.integers(0, 1000), TEXT), max_size=4)


def test_both_sides_are_numbered_by_the_header() -> None:
    hunks = parse_patch(PATCH)
    assert [list(hunk.numbers(Side.LEFT)) for hunk in hunks] == [[8, 9, 10, 11, 12], [30]]
    assert [list(hunk.numbers(Side.RIGHT)) for hunk in hunks] == [[8, 9, 10, 11, 12, 13], []]
    assert text_at(hunks, 11, Side.RIGHT) == "a half"
    assert text_at(hunks, 10, Side.LEFT) == "ten"
    assert text_at(hunks, 99, Side.LEFT) is None


@pytest.mark.parametrize("patch", [None, "", "Binary files differ", "@@ -1,5 +1,5 @@", "@@ -x +y @@\n line"])
def test_without_hunks_nothing_can_carry_a_comment(patch: str | None) -> None:
    hunks = parse_patch(patch)
    assert commentable(hunks, Side.RIGHT) == commentable(hunks, Side.LEFT) == frozenset()
    assert not fits(hunks, 1, None, Side.RIGHT)


def test_file_headers_are_no_lines() -> None:
    assert parse_patch(f"--- a/x.py\n+++ b/x.py\n{PATCH}") == parse_patch(PATCH)


def test_a_hunk_that_is_cut_short_keeps_the_lines_it_has() -> None:
    cut = parse_patch("@@ -1,9 +1,9 @@\n one\n+two")
    assert commentable(cut, Side.RIGHT) == {1, 2}


def test_a_hunk_whose_header_counts_too_much_ends_where_the_next_one_begins() -> None:
    hunks = parse_patch(PATCH.replace("-8,5 +8,6", "-8,50 +8,60"))
    assert hunks == parse_patch(PATCH)


def test_a_stripped_context_line_still_counts() -> None:
    assert commentable(parse_patch("@@ -1,3 +1,4 @@\n one\n\n+two\n three"), Side.RIGHT) == {1, 2, 3, 4}


@pytest.mark.parametrize(
    ("line", "start", "side", "expected"),
    [
        (13, None, Side.RIGHT, True), (14, None, Side.RIGHT, False), (7, None, Side.RIGHT, False), (30, None, Side.LEFT, True),
        (31, None, Side.RIGHT, False), (13, 8, Side.RIGHT, True), (13, 7, Side.RIGHT, False), (30, 12, Side.LEFT, False),
        (8, 8, Side.RIGHT, False), (8, 9, Side.RIGHT, False),
    ],
)  # fmt: skip
def test_several_lines_fit_only_into_one_hunk(line: int, start: int | None, side: Side, expected: bool) -> None:
    assert fits(parse_patch(PATCH), line, start, side) is expected


def check(hunks: tuple[Hunk, ...], before: str, after: str) -> None:
    """Each line that is shown is the line of that number; each changed line is shown."""
    old, new = numbered(before), numbered(after)
    for hunk in hunks:
        for line in hunk.lines:
            assert line.left is None or old[line.left] == line.text
            assert line.right is None or new[line.right] == line.text
    left, right = commentable(hunks, Side.LEFT), commentable(hunks, Side.RIGHT)
    hidden = [text for number, text in old.items() if number not in left]
    assert hidden == [text for number, text in new.items() if number not in right]


@given(LINES, EDITS, ENDS, ENDS)
def test_the_stand_in_and_the_parser_agree(lines: list[str], edits: list[tuple[int, str]], end: str, other_end: str) -> None:
    before, after = document(lines, end), document(edited(lines, edits), other_end)
    for diff in diffs({"x": before}, {"x": after}):
        hunks = parse_patch(diff.patch)
        assert [hunk.numbers(Side.LEFT) for hunk in hunks] == [place.left for place in diff.places]
        assert [list(hunk.numbers(Side.RIGHT)) for hunk in hunks] == [list(place.right) for place in diff.places]
        check(hunks, before, after)


@given(LINES, EDITS)
def test_hunks_of_difflib_are_read(lines: list[str], edits: list[tuple[int, str]]) -> None:
    after = edited(lines, edits)
    patch = "\n".join(difflib.unified_diff(lines, after, lineterm=""))
    check(parse_patch(patch), document(lines, "\n"), document(after, "\n"))


@settings(max_examples=40)
@given(LINES, EDITS, ENDS, ENDS, st.integers(0, 4))
def test_hunks_of_git_are_read(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], edits: list[tuple[int, str]], end: str, other_end: str, context: int
) -> None:
    folder = tmp_path_factory.mktemp("git")
    before, after = document(lines, end), document(edited(lines, edits), other_end)
    hunks = parse_patch(git_diff(folder, before, after, context))
    check(hunks, before, after)
    assert bool(hunks) == (before != after)


@settings(max_examples=20)
@given(LINES, EDITS, ENDS, ENDS)
def test_the_patches_of_the_stand_in_apply(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], edits: list[tuple[int, str]], end: str, other_end: str
) -> None:
    folder = tmp_path_factory.mktemp("apply")
    before, after = document(lines, end), document(edited(lines, edits), other_end)
    for diff in diffs({"x": before}, {"x": after}):
        (folder / "x").write_bytes(before.encode())
        patch = f"--- a/x\n+++ b/x\n{diff.patch}\n"
        command = ["git", "apply", "--whitespace=nowarn", "-"]
        subprocess.run(
            command,
            cwd=folder,
            input=patch.encode(),
            check=True,
            env={"GIT_CEILING_DIRECTORIES": str(folder.parent), "PATH": "/usr/bin:/bin"},
        )
        assert (folder / "x").read_bytes().decode() == after


def git_diff(folder: Path, before: str, after: str, context: int) -> str:
    (folder / "a").write_bytes(before.encode())
    (folder / "b").write_bytes(after.encode())
    command = ["git", "diff", "--no-index", "--no-color", "--text", f"--unified={context}", "a", "b"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).stdout.decode()
