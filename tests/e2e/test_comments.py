"""What a comment on a wait and on a race says, from the real tracer to the stand-in for GitHub."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from flakebot.standin import Project, StandIn
from tests.e2e.standin_job import run_job, write

pytestmark = pytest.mark.slow
FLAKES = Path(__file__).parents[1] / "flakes"
JUNIT = """<testsuites><testsuite><testcase classname="{module}" name="{name}"><failure message="{message}">x</failure></testcase>
</testsuite></testsuites>"""


@dataclass(frozen=True)
class Told:
    """A comment, and the rows of its cause chain: place and code."""

    body: str
    chain: list[tuple[str, str]]


def told_of(tmp_path: Path, folder: str, path: str, name: str, message: str) -> Told:
    """Diagnose a planted flake in a pull request that adds the file with its cause."""
    source = FLAKES / folder / "project"
    files = {one.relative_to(source).as_posix(): one.read_text() for one in source.rglob("*.*") if one.suffix in (".py", ".ini", ".toml")}
    project = write(tmp_path / "shop", files)
    (test,) = (one for one in files if f"def {name}(" in files[one])
    (project / "junit.xml").write_text(JUNIT.format(module=test.removesuffix(".py").replace("/", "."), name=name, message=message))
    base = {one: text for one, text in files.items() if one != path}
    with StandIn(Project(base={**base, "README.md": "x\n"}, head=files)) as github:
        run_job(github, project, budget="60")
        (comment,) = github.comments
    assert comment.path == path
    rows = comment.body.partition("| From the cause")[2].partition("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip(" `") for cell in row.split(" | ")] for row in rows]
    return Told(comment.body, [(row[0].lstrip("| `"), row[1]) for row in cells])


def test_a_wait_is_told_with_what_it_waits_for_and_what_fails(tmp_path: Path) -> None:
    told = told_of(
        tmp_path, "mail_queue", "tests/test_mailer.py", "test_mail_is_sent", "AssertionError: assert [] == ['ada@example.org']"
    )  # fmt: skip
    assert [code.partition("  #")[0] for _, code in told.chain] == [
        "time.sleep(0.03)", "self.sent.append(address)", 'assert mailer.sent == ["ada@example.org"]',
    ]  # fmt: skip
    order = ["**The wait here is too short", "**Evidence:**", "| From the cause", "```mermaid", "**Fix:**", "**Reproduce**", "<details>"]
    places = [told.body.index(part) for part in order]
    assert places == sorted(places)


def test_a_race_is_told_with_the_read_the_write_in_between_and_the_write(tmp_path: Path) -> None:
    told = told_of(tmp_path, "map_tiles", "tiles/__init__.py", "test_a_tile_is_rendered_once", "assert 2 == 1")
    assert "These lines make" in told.body
    (read, between, write_, fails) = told.chain
    assert read[1].startswith("if (x, y) not in self._rendered:")
    assert between == write_
    assert fails[1] == "assert tiles.misses == 1"
    assert "other->>state: line" in told.body
