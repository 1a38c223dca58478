"""The workflows that the documentation offers: complete, without standing permissions, and understood by the action."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / "docs" / "workflows").glob("*.yml"))
ACTION = "flakemark/action@v1"


def load(path: Path) -> dict[str, Any]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in load(path)["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_nothing_is_permitted_unless_a_job_asks_for_it_and_every_job_ends(path: Path) -> None:
    content = load(path)
    assert content["permissions"] == {}
    assert [name for name, job in content["jobs"].items() if "timeout-minutes" not in job or "permissions" not in job] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_ours_or_one_that_our_own_workflows_use(path: Path) -> None:
    pinned = re.compile(r"uses: (\S+@[0-9a-f]{40} # v[\d.]+)")
    own = {use for file in (ROOT / ".github" / "workflows").glob("*.yml") for use in pinned.findall(file.read_text(encoding="utf-8"))}
    used = re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))
    assert [use for use in used if use not in own and not use.startswith(f"{ACTION} # zizmor: ")] == []
    assert any(use.startswith(ACTION) for use in used)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_the_inputs_exist(path: Path) -> None:
    known = set(load(ROOT / "action.yml")["inputs"])
    given = [step.get("with", {}) for step in steps(path) if step.get("uses") == ACTION]
    assert given
    assert set().union(*given) <= known


def test_no_code_of_a_fork_is_fetched_where_the_token_can_write() -> None:
    path = ROOT / "docs" / "workflows" / "forks-2-publish.yml"
    assert not any("checkout" in step.get("uses", "") or "run" in step for step in steps(path))
    first = load(ROOT / "docs" / "workflows" / "forks-1-tests.yml")
    assert [job["permissions"] for job in first["jobs"].values()] == [{"contents": "read"}]
    assert load(path)[True]["workflow_run"]["workflows"] == [first["name"]]  # YAML takes the key "on" for a truth value


def test_the_documentation_links_each_of_them_and_the_validators_see_them() -> None:
    text = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
    assert [path.name for path in WORKFLOWS if f"(workflows/{path.name})" not in text] == []
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert len(re.findall(r"^\t.*(?:check-jsonschema|zizmor).* docs/workflows/\*\.yml", makefile, re.MULTILINE)) == 2
