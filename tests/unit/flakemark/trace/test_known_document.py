"""docs/sources.md lists what the table holds, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from flakemark.trace.known.surroundings import ENVIRON, WEAK_REFERENCE
from flakemark.trace.sources import SOURCES

DOCUMENT = Path(__file__).parents[4] / "docs" / "sources.md"


def test_the_document_lists_every_source_under_its_kind() -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \| (.*?) \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    written = {(kind, name) for kind, names in rows for name in re.findall(r"`([^`]+)`", names)}
    known = {(source.kind, source.name) for source in (*SOURCES.values(), ENVIRON, WEAK_REFERENCE)}
    assert written == known | {("set_order", "set order")}
