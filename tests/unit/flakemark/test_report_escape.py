"""Hostile text in Markdown and terminals: shown as it is, and dead."""

from __future__ import annotations

import pytest

from flakemark.report.escape import code_span, fence, plain_text, shorten, table_cell, visible

Z = "\u200b"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("a\u202eb\u2066c", "a\\u202eb\\u2066c"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\x00\x7f\x9b", "\\x00\\x7f\\x9b"),
        ("\ud800", "\\ud800"),
        ("zero\u200bwidth \U000e0041", "zero\\u200bwidth \\U000e0041"),
        ("line\u2028separator", "line\\u2028separator"),
        ("é ☃ 👩\u200d👧 日本", "é ☃ 👩\u200d👧 日本"),
    ],
)
def test_what_a_terminal_would_obey_becomes_visible(text, expected):
    assert visible(text) == expected


def test_newlines_and_tabs_may_be_kept():
    assert visible("a\n\tb\r", keep="\n\t") == "a\n\tb\\r"


@pytest.mark.parametrize(("text", "expected"), [("abc", "abc"), ("abcd", "abcd"), ("abcde", "abc…"), ("", "")])
def test_cut_text_says_so(text, expected):
    assert shorten(text, 4) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("thanks @octocat", f"thanks @{Z}octocat"),
        ("fixes #12", f"fixes \\#{Z}12"),
        ("closes GH-7", f"closes GH-{Z}7"),
        ("<script>&amp;", "&lt;script&gt;&amp;amp;"),
        ("<!-- marker -->", "&lt;!-- marker --&gt;"),
        ("[a](b) ![c](d)", "\\[a\\](b) !\\[c\\](d)"),
        ("https://evil.example www.evil.example", f"https:{Z}//evil.example www{Z}.evil.example"),
        ("*b* _i_ ~~s~~ `c` $m$", "\\*b\\* \\_i\\_ \\~\\~s\\~\\~ \\`c\\` \\$m\\$"),
        ("snake_case", "snake_case"),
        ("a | b", "a &#124; b"),
        ("# heading", "\\# heading"),
        ("- item", "\\- item"),
        ("1. item", "1\\. item"),
        ("=== rule", "\\=== rule"),
        ("two\n\nlines", "two lines"),
        ("    indented", "indented"),
        ("back\\slash", "back\\\\slash"),
        ("", ""),
    ],
)
def test_plain_text_renders_as_itself(text, expected):
    assert plain_text(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x", "`x`"),
        ("a`b", "``a`b``"),
        ("``", "``` `` ```"),
        (" x ", "`  x  `"),
        ("", "*(empty)*"),
        (" ", "` `"),
        ("a\nb", "`a\\nb`"),
        ("<!-- m -->", f"`<!{Z}-- m -->`"),
    ],
)
def test_code_spans_fit_their_content(text, expected):
    assert code_span(text) == expected


def test_code_spans_are_bounded():
    assert len(code_span("x" * 10_000)) <= 2_002


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("a\n\tb", "python", "```python\na\n\tb\n```"),
        ("```\nx", "", "````\n```\nx\n````"),
        ("a\r\nb\x1b", "", "```\na\nb\\x1b\n```"),
        ("x", "py`thon\n", "```\nx\n```"),
    ],
)
def test_fences_fit_their_content(text, language, expected):
    assert fence(text, language) == expected


@pytest.mark.parametrize(("text", "expected"), [("a|b", "`a\\|b`"), ("a\\|b", f"`a\\{Z}\\|b`"), ("||", "`\\|\\|`")])
def test_bars_in_code_spans_do_not_end_a_cell(text, expected):
    assert table_cell(code_span(text)) == expected


def test_a_cell_is_one_line():
    assert table_cell("a\nb") == "a b"
