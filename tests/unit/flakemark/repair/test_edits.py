"""Patches by position: what is sorted, and that nothing else changes."""

from __future__ import annotations

import pytest

from flakemark.events import TracedSite
from flakemark.repair.edits import edits
from tests.unit.flakemark.scripted import site


def traced(
    line: int, column: int, kind: str = "iterate", *, callee: str = "", source: str = "set_order", name: str = "set order"
) -> TracedSite:
    found = site(f"shop.py:{line}", kind, callee=callee, source=source, name=name)
    return found._replace(site=found.site._replace(key=f"shop.py:{line}:{column}:{kind}"))


def first(text: str, where: str, **facts: str) -> str:
    """Mend where this begins, in the last line."""
    lines = text.splitlines()
    return edits(traced(len(lines), len(lines[-1][: lines[-1].index(where)].encode()), **facts), text)[0].splitlines()[-1]


@pytest.mark.parametrize(
    ("line", "where", "mended"),
    [
        ("for tag in tags: pass  # ä", "tags:", "for tag in sorted(tags): pass  # ä"),
        ("x = ', '.join(set(tags))", "set(", "x = ', '.join(sorted(set(tags)))"),
        ("x = list( set(tags) )", "set(", "x = sorted(set(tags))"),
        ("x = tuple(tags - {'é'})", "tags", "x = tuple(sorted(tags - {'é'}))"),
        ("x = [*tags, 1]", "tags", "x = [*sorted(tags), 1]"),
        ("first, *_ = tags", "tags", "first, *_ = sorted(tags)"),
        ("d = {'ä': 1, **{t: 2 for t in tags}}", "tags", "d = {'ä': 1, **{t: 2 for t in sorted(tags)}}"),
        ("x = max(tags, key=len)", "tags", "x = max(sorted(tags), key=len)"),
    ],
)
def test_what_is_iterated_is_sorted(line: str, where: str, mended: str) -> None:
    assert first(f"# über\n{line}\n", where) == mended


@pytest.mark.parametrize(
    ("line", "where", "callee", "name", "mended"),
    [
        ("for p in folder.iterdir(): pass", "folder", "iterdir", "Path.iterdir", "for p in sorted(folder.iterdir()): pass"),
        ("x = os.listdir('.')[0]", "os.", "listdir", "os.listdir", "x = sorted(os.listdir('.'))[0]"),
        ("x = list(p.glob('*'))", "p.", "glob", "Path.glob", "x = sorted(p.glob('*'))"),
        ("for e in os.scandir(): ...", "os.", "scandir", "os.scandir", "for e in sorted(os.scandir(), key=lambda entry: entry.name): ..."),
    ],
)  # fmt: skip
def test_a_listing_is_sorted(line: str, where: str, callee: str, name: str, mended: str) -> None:
    assert first(line, where, kind="call", callee=callee, source="listing", name=name) == mended


def test_what_cannot_be_compared_may_still_have_a_text() -> None:
    assert edits(traced(1, 5), "list(tags)\n") == ["sorted(tags)\n", "sorted(tags, key=str)\n"]


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("x = tags.pop()", traced(1, 4, "call", callee="pop", source="set_pop")),
        ("for x in os.walk('.'): pass", traced(1, 9, "call", callee="walk", source="listing", name="os.walk")),
        ("def (", traced(1, 0)),
        ("x = 1", traced(1, 3)),
        ("x = random()", traced(1, 4, "call", callee="random", source="draw")),
    ],
)
def test_other_causes_have_no_patch(text: str, given: TracedSite) -> None:
    assert edits(given, text) == []
