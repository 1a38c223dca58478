"""Lines of the traced tree in the head's tree."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flakebot.publish import map_line, map_span

TRACED = "import os\nimport re\n\ndef f():\n    return 1\n\ndef g():\n    return 2\n"
HEAD = "import re\n\ndef f():\n    return 1\n    # new\n\ndef g():\n    return 3\n"


@pytest.mark.parametrize(("line", "expected"), [(1, None), (2, 1), (4, 3), (5, 4), (7, 7), (8, None), (0, None), (99, None)])
def test_a_line_is_found_where_it_stands_now(line: int, expected: int | None) -> None:
    assert map_line(TRACED, HEAD, line) == expected


@pytest.mark.parametrize(("span", "expected"), [((4, 5), (3, 4)), ((5, 7), None), ((7, 8), None), ((4, 4), (3, 3))])
def test_several_lines_are_found_only_in_one_piece(span: tuple[int, int], expected: tuple[int, int] | None) -> None:
    assert map_span(TRACED, HEAD, *span) == expected


def test_line_ends_of_another_system_make_no_difference() -> None:
    assert map_line(TRACED.replace("\n", "\r\n"), TRACED, 5) == 5


def test_a_lone_carriage_return_ends_a_line_for_python_and_not_for_the_forge() -> None:
    head = "a = 1\rb = 2\nc = 3\r\nd = 4\n"
    traced = head.replace("\r\n", "\n").replace("\r", "\n")  # as Python reads it
    assert [map_line(traced, head, line) for line in (1, 2, 3, 4)] == [1, 1, 2, 3]


@pytest.mark.parametrize("count", [6_000, 60_000])
def test_a_file_made_to_take_for_ever_does_not(count: int) -> None:
    """Blank lines with a change at both ends: each line equals each other line."""
    traced, head = ["a", *[""] * count, "b"], ["c", *[""] * count, "d"]
    started = time.perf_counter()
    assert map_line("\n".join(traced), "\n".join(head), count // 2) in {count // 2, None}
    assert time.perf_counter() - started < 5


LINES = st.lists(st.sampled_from(["a", "b", "", "c\x0c", "d\u2028e"]), min_size=1, max_size=20)


@given(LINES, LINES, st.integers(1, 20))
def test_a_line_that_is_found_is_the_same_text(traced: list[str], head: list[str], line: int) -> None:
    found = map_line("\n".join(traced), "\n".join(head), line)
    assert found is None or head[found - 1] == traced[line - 1]


@given(LINES, st.integers(1, 20))
def test_in_an_equal_text_every_line_is_itself(lines: list[str], line: int) -> None:
    text = "\n".join(lines)
    assert map_line(text, text, line) == (line if line <= len(lines) else None)


@given(LINES, LINES, LINES)
def test_order_is_kept(before: list[str], traced: list[str], head: list[str]) -> None:
    texts = "\n".join([*before, *traced]), "\n".join([*before, *head])
    found = [number for line in range(1, len(before) + len(traced) + 1) if (number := map_line(*texts, line)) is not None]
    assert found == sorted(set(found))
