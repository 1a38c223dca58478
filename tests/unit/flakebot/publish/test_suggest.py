"""A patch as a suggestion: applying both gives the same file, or there is no suggestion."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flakebot.publish.suggest import suggested_lines

BEFORE = ["import random", "", "def pick():", "    codes = set(given)", "    return codes", "", "def other():", "    pass"]


def patch(after: list[str], before: list[str] = BEFORE, name: str = "shop/a.py", context: int = 3) -> str:
    lines = difflib.unified_diff(before, after, f"a/{name}", f"b/{name}", lineterm="", n=context)
    return "\n".join(lines) + "\n"


def changed(**lines: str | None) -> list[str]:
    new = {int(number[1:]): text for number, text in lines.items()}
    texts = [text for number, old in enumerate(BEFORE, 1) if (text := new.get(number, old)) is not None]
    return "\n".join(texts).split("\n")


def test_a_changed_line_is_suggested_with_its_indentation() -> None:
    made = patch(changed(l4="    codes = sorted(given)"))
    assert suggested_lines(made, "shop/a.py", BEFORE, 4, 4) == "    codes = sorted(given)"


def test_lines_around_the_change_that_the_comment_stands_on_are_kept() -> None:
    made = patch(changed(l4="    codes = sorted(given)\n    codes.sort()"))
    assert suggested_lines(made, "shop/a.py", BEFORE, 3, 5) == "def pick():\n    codes = sorted(given)\n    codes.sort()\n    return codes"


def test_a_removed_line_is_left_out() -> None:
    assert suggested_lines(patch(changed(l4=None)), "shop/a.py", BEFORE, 4, 5) == "    return codes"


def test_nothing_is_no_suggestion_for_it_would_leave_an_empty_line() -> None:
    assert suggested_lines(patch(changed(l4=None)), "shop/a.py", BEFORE, 4, 4) is None


@pytest.mark.parametrize(
    ("made", "span"),
    [
        (patch(changed(l4="x", l8="y")), (4, 4)),
        (patch(["import threading", *changed(l4="x")]), (4, 4)),
        (patch(changed(l4="x", l5="y")), (4, 4)),
        (patch(changed(l4="x"), name="shop/b.py"), (4, 4)),
        (patch(changed(l4="x")) + patch(changed(l4="x"), name="shop/b.py"), (4, 4)),
        (patch(changed(l4="x"), before=["other", *BEFORE[1:]]), (4, 4)),
        (patch(changed(l4="x")), (4, 99)),
        (patch(changed(l4="x")), (0, 0)),
        ("no patch", (4, 4)),
        ("", (4, 4)),
    ],
    ids=[
        "two hunks",
        "an import",
        "two lines",
        "another file",
        "two files",
        "another text",
        "no such line",
        "no line",
        "no patch",
        "empty",
    ],
)
def test_a_patch_that_does_more_is_no_suggestion(made: str, span: tuple[int, int]) -> None:
    assert suggested_lines(made, "shop/a.py", BEFORE, *span) is None


@given(
    st.lists(st.sampled_from("abcd"), min_size=1, max_size=8), st.lists(st.sampled_from("abcd"), max_size=8), st.integers(1, 8),
    st.integers(0, 7), st.integers(0, 3),
)  # fmt: skip
def test_applying_the_suggestion_gives_what_the_patch_gives(
    before: list[str], after: list[str], line: int, more: int, context: int
) -> None:
    end = min(line + more, len(before))
    if line > len(before):
        return
    made = suggested_lines(patch(after, before, context=context), "shop/a.py", before, line, end)
    if made is not None:
        assert [*before[: line - 1], *made.split("\n"), *before[end:]] == after
