"""The labels of our own cases say what the files hold, and the files do not say what the labels hold."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from flakemark.ingest.read import read_reports

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PLANTED = Path(__file__).parents[3] / "benchmarks" / "planted"
CASES = sorted(path.parent for path in PLANTED.glob("*/case.toml"))
GIVEAWAYS = re.compile(r"flak|nondetermin|race condition|root cause|guilty", re.IGNORECASE)
MACHINES = re.compile(r"/(?:root|work|Users)/|hostname=\"(?!ci\")")


def label_of(case: Path) -> dict[str, Any]:
    return tomllib.loads((case / "case.toml").read_text(encoding="utf-8"))


def test_there_are_cases() -> None:
    assert len(CASES) >= 27


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_label_quotes_its_lines(case: Path) -> None:
    label = label_of(case)
    lines = [*label.get("root_cause", []), *label.get("related", [])]
    assert label.get("root_cause")
    for spot in lines:
        text = (case / "project" / spot["file"]).read_text(encoding="utf-8").splitlines()
        assert text[spot["line"] - 1].strip() == spot["text"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_report_shows_the_failure(case: Path) -> None:
    found = read_reports([str(case / "junit.xml")], case / "project")
    assert label_of(case)["nodeid"] in [test.nodeid for test in found.failed]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_project_gives_nothing_away(case: Path) -> None:
    for path in (case / "project").rglob("*.py"):
        assert GIVEAWAYS.search(f"{path.name} {path.read_text(encoding='utf-8')}") is None, path
    for path in case.rglob("*.*"):
        if path.is_file():
            assert MACHINES.search(path.read_text(encoding="utf-8", errors="replace")) is None, path
