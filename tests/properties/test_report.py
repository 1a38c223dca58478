"""Any report comes back from its document, and no text of a test comes alive in what we print."""

from __future__ import annotations

import html.parser
import json
import re
import shlex
import unicodedata

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flakemark.errors import UsageError
from flakemark.model import (
    Category,
    Cause,
    ChainLink,
    Cost,
    Diagnosis,
    DivergenceType,
    Evidence,
    Fix,
    Intervention,
    Recipe,
    Report,
    Status,
    TestOrder,
    Verdict,
)
from flakemark.report.document import dumps, loads, to_document
from flakemark.report.escape import ZERO_WIDTH, code_span, fence, plain_text, table_cell, visible
from flakemark.report.html import render_html
from flakemark.report.markdown import render_markdown
from flakemark.report.schema import load_schema
from flakemark.report.text import render_text

PIECES = [
    "@everyone", "@a/b", "#12", "GH-1", "<script>", "</section>", "<!-- flakemark", "-->", "`", "``", "```", "~~~", "|", "\\", "\\|",
    "[x](y)", "![i](http://e.example)", "https://e.example", "www.e.example", "a@b.example", "\n", "\r\n", "\n\n# h", "\n- ", "1. ",
    "\n::error::x", "##[error]x", "\x1b[31m", "\u202e", "\u200b", "\u2028", "&lt;", "&#64;", "*b*", "_", "$", "\t", "    ", "é", "\ud800",
    "'", '"', "{}", "%s",
]  # fmt: skip
PIECED = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=6).map("".join)
# A report has about fifty texts: they are taken from four, or else most of the time goes into drawing them.
POOL = st.shared(st.lists(PIECED, min_size=4, max_size=4), key="texts")
TEXTS = st.builds(lambda pool, number: pool[number], POOL, st.integers(0, 3))
COUNTS = st.integers(0, 2**53)
LINES = st.integers(1, 2**31)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
RECIPES = st.dictionaries(TEXTS, JSON, max_size=3).map(json.dumps)


def some(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(strategy, max_size=2).map(tuple)


@st.composite
def causes(draw) -> Cause:
    line = draw(LINES)
    return Cause(
        file=draw(TEXTS),
        line=line,
        end_line=line + draw(st.integers(0, 9)),
        function=draw(TEXTS),
        source=draw(TEXTS),
        divergence_type=draw(st.sampled_from(DivergenceType)),
        category=draw(st.sampled_from(Category)),
        status=draw(st.sampled_from(Status)),
        confidence=draw(st.floats(0, 1)),
        title=draw(TEXTS),
        detail=draw(TEXTS),
    )


LINKS = st.builds(ChainLink, file=TEXTS, line=LINES, function=TEXTS, source=TEXTS, passing=TEXTS, failing=TEXTS)
KINDS = st.sampled_from(["none", "pin", "order", "edge", "tests", "control"]) | TEXTS
SETTINGS = st.sampled_from(["failing", "passing", "unforced"]) | TEXTS
INTERVENTIONS = st.builds(Intervention, kind=KINDS, target=TEXTS, setting=SETTINGS, passed=COUNTS, failed=COUNTS)
FIXES = st.builds(Fix, TEXTS.map(lambda text: text or "advice"), st.none() | TEXTS, st.none() | st.tuples(COUNTS, COUNTS))
DIAGNOSES = st.builds(
    Diagnosis,
    nodeid=TEXTS,
    verdict=st.sampled_from(Verdict),
    cause=st.none() | causes(),
    candidates=some(causes()),
    chain=some(LINKS),
    evidence=st.builds(Evidence, COUNTS, COUNTS, COUNTS, some(INTERVENTIONS)),
    order=st.none() | st.builds(TestOrder, some(TEXTS), some(TEXTS), TEXTS),
    reproduce=st.lists(TEXTS, max_size=3).map(shlex.join),
    fix=st.none() | FIXES,
    cost=st.builds(Cost, COUNTS, st.floats(0, 1e9)),
    divergences=COUNTS,
    notes=some(TEXTS),
    recipe=st.none() | st.builds(Recipe, RECIPES, RECIPES),
)
REPORTS = st.builds(Report, version=TEXTS, python=TEXTS, root=TEXTS, tests=some(DIAGNOSES), notes=some(TEXTS))
VALIDATOR = jsonschema.Draft202012Validator(load_schema())


@given(report=REPORTS)
def test_every_report_comes_back_from_its_document(report):
    text = dumps(report)
    text.encode("utf-8")
    VALIDATOR.validate(to_document(report))
    assert loads(text) == report
    assert dumps(loads(text)) == text


def complaint_about(text: str) -> str:
    try:
        loads(text)
    except UsageError as error:
        return str(error)
    return ""


def is_clean(text: str, keep: str) -> bool:
    """Whether a text holds nothing that a terminal obeys or that cannot be seen."""
    return all(char in keep or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in text)


@given(value=JSON, report=REPORTS, data=st.data())
def test_no_damaged_document_raises_anything_else(value, report, data):
    document = to_document(report)
    place = document
    while True:
        key = data.draw(st.sampled_from(sorted(place)) if isinstance(place, dict) else st.integers(0, len(place) - 1))
        if isinstance(place[key], (dict, list)) and place[key] and data.draw(st.booleans()):
            place = place[key]
            continue
        place[key] = value
        break
    complaint = complaint_about(json.dumps(document))
    assert is_clean(complaint, keep="")
    assert len(complaint) < 400


def without_code(markdown: str) -> str:
    """Take out fenced blocks and code spans, as CommonMark finds them."""
    kept, fence_of = [], ""
    for line in markdown.split("\n"):
        opening = re.match(r" {0,3}(`{3,})[^`]*$", line)
        if fence_of:
            fence_of = "" if re.fullmatch(rf" {{0,3}}`{{{len(fence_of)},}} *", line) else fence_of
        elif opening:
            fence_of = opening[1]
        else:
            kept.append(spans_removed(line))
    assert not fence_of
    return "\n".join(kept)


def spans_removed(line: str) -> str:
    out, position = [], 0
    while position < len(line):
        if line[position] == "\\":
            out.append(line[position : position + 2])
            position += 2
        elif line[position] == "`":
            run = re.match("`+", line[position:])[0]
            closing = re.search(rf"(?<!`){run}(?!`)", line[position + len(run) :])
            assert closing, line
            out.append(" CODE ")
            position += len(run) + closing.end()
        else:
            out.append(line[position])
            position += 1
    return "".join(out)


LIVE = re.compile(r"@\w|<|(?<!&)#\d|(?<!\\)[\[\]]|://|\bGH-\d|\bwww\.", re.IGNORECASE)


@given(report=REPORTS)
def test_nothing_is_live_in_markdown(report):
    markdown = render_markdown(report)
    markdown.encode("utf-8")
    outside = without_code(markdown)
    assert not LIVE.search(outside), outside
    assert "<!--" not in markdown
    assert sum(line.startswith("#") for line in outside.splitlines()) == 1 + len(report.tests)
    assert is_clean(markdown, keep="\n\t\u200b\u200c\u200d")


@given(report=REPORTS)
def test_every_row_of_a_table_has_the_columns_of_its_head(report):
    columns = 0
    for line in without_fences(render_markdown(report)).splitlines():
        bars = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("| ") else 0
        columns = bars and (columns or bars)
        assert bars == columns


def without_fences(markdown: str) -> str:
    return re.sub(r"(?ms)^(`{3,})[^`\n]*\n.*?\n\1`*$", "", markdown)


@given(text=PIECED)
def test_markdown_renders_the_text_itself(text):
    markdown_it = pytest.importorskip("markdown_it")
    parser = markdown_it.MarkdownIt("gfm-like", {"linkify": False})
    shown = html.unescape(re.sub(r"</?p>", "", parser.render(plain_text(text)))).strip("\n")
    assert shown.replace(ZERO_WIDTH, "") == visible(" ".join(text.split()))
    (inline,) = parser.parseInline(code_span(text))
    if text.strip(" "):
        assert [token.type for token in inline.children] == ["code_inline"]
        assert inline.children[0].content.replace(ZERO_WIDTH, "") == visible(text)
    (block,) = parser.parse(fence(text, "python"))
    assert block.content.replace(ZERO_WIDTH, "") == visible(text.replace("\r\n", "\n"), keep="\n\t").rstrip("\n") + "\n"


@given(texts=st.lists(PIECED, min_size=2, max_size=2))
def test_cells_hold_the_text_itself(texts):
    markdown_it = pytest.importorskip("markdown_it")
    parser = markdown_it.MarkdownIt("gfm-like", {"linkify": False})
    row = " | ".join(table_cell(code_span(f"x{text}x")) for text in texts)
    tokens = [token for token in parser.parse(f"| a | b |\n| --- | --- |\n| {row} |") if token.type == "inline"]
    cells = [token.children[0].content for token in tokens[2:]]
    assert [cell.replace(ZERO_WIDTH, "") for cell in cells] == [visible(f"x{text}x") for text in texts]


class Tags(html.parser.HTMLParser):
    """Collects what a browser would see."""

    VOID = ("meta",)

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        self.attributes.update(name for name, _ in attrs)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_comment(self, data):
        raise AssertionError(data)


@given(report=REPORTS)
def test_the_page_holds_our_tags_only(report):
    page = render_html(report)
    page.encode("utf-8")
    tags = Tags()
    tags.feed(page)
    assert not tags.open
    body = {"section", "h1", "h2", "p", "code", "pre", "table", "tr", "th", "td", "ul", "li", "strong"}
    assert tags.seen <= body | {"html", "head", "meta", "title", "style", "body"}
    assert tags.attributes <= {"class", "charset", "http-equiv", "content", "name", "lang"}


@given(report=REPORTS)
def test_the_box_is_printable_and_its_command_parses(report):
    for test in report.tests:
        box = render_text(test)
        box.encode("utf-8")
        assert is_clean(box, keep="\n\u200b\u200c\u200d")
        assert not re.search(r"^\s*::|##\[", box, re.MULTILINE)
        for command in re.findall(r"^Reproduce: (.*)$", box, re.MULTILINE):
            assert len(shlex.split(command)) == len(shlex.split(test.reproduce))


@given(words=st.lists(st.text(st.characters(min_codepoint=32, max_codepoint=126)), min_size=1, max_size=4))
def test_printable_commands_are_shown_as_they_are(words):
    command = shlex.join(words)
    test = Diagnosis(nodeid="t", verdict=Verdict.FLAKY, reproduce=command)
    (shown,) = re.findall(r"^Reproduce:  (.*)$", render_text(test), re.MULTILINE)
    assert shlex.split(shown.replace(ZERO_WIDTH, "")) == words
