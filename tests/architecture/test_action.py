"""action.yml, the README's tables and the program's settings tell the same; `--update-golden` rewrites the tables."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml


@pytest.fixture(scope="module")
def action(project_root: Path) -> dict[str, Any]:
    content = yaml.safe_load((project_root / "action.yml").read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def cell(text: object) -> str:
    return " ".join(str(text).split()).replace("|", r"\|")


def input_table(action: dict[str, Any]) -> list[str]:
    rows = ["| input | default | meaning |", "|---|---|---|"]
    for name, settings in action["inputs"].items():
        default = str(settings.get("default", ""))
        shown = f"`{cell(default)}`" if default else "required" if settings.get("required") else ""
        rows.append(f"| `{name}` | {shown} | {cell(settings['description'])} |")
    return rows


def output_table(action: dict[str, Any]) -> list[str]:
    rows = ["| output | meaning |", "|---|---|"]
    return rows + [f"| `{name}` | {cell(settings['description'])} |" for name, settings in action["outputs"].items()]


@pytest.mark.parametrize(("marker", "table"), [("inputs", input_table), ("outputs", output_table)])
def test_the_readme_lists_what_the_action_takes_and_gives(
    marker: str, table: Any, action: dict[str, Any], project_root: Path, request: pytest.FixtureRequest
) -> None:
    readme = project_root / "README.md"
    text = readme.read_text(encoding="utf-8")
    match = re.search(rf"(<!-- {marker}:[^\n]*-->\n)((?:\|[^\n]*\n)+)", text)
    assert match
    expected = "\n".join(table(action)) + "\n"
    if request.config.getoption("--update-golden"):
        readme.write_text(text[: match.start(2)] + expected + text[match.end(2) :], encoding="utf-8")
        return
    assert match.group(2) == expected


def test_the_action_runs_in_the_container_of_this_repository(action: dict[str, Any]) -> None:
    assert action["runs"]["using"] == "docker"
    assert action["runs"]["image"] == "Dockerfile"


def test_the_base_image_is_pinned_by_digest(project_root: Path) -> None:
    dockerfile = (project_root / "Dockerfile").read_text(encoding="utf-8")
    stages = set(re.findall(r"^FROM .* AS (\S+)", dockerfile, re.MULTILINE | re.IGNORECASE))
    bases = [base for base in re.findall(r"^FROM (?:--\S+ )*(\S+)", dockerfile, re.MULTILINE) if base not in stages]
    assert bases
    assert [base for base in bases if not re.search(r"@sha256:[0-9a-f]{64}$", base)] == []
