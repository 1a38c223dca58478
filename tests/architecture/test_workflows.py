"""The project's own workflows: pinned, without standing permissions, bounded in time."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

WORKFLOWS = sorted((Path(__file__).parents[2] / ".github" / "workflows").glob("*.yml"))


def load(path: Path) -> dict[str, Any]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_to_a_commit_and_say_which_version_it_is(path: Path) -> None:
    uses = re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))
    assert uses
    assert [use for use in uses if not re.match(r"(\S+@[0-9a-f]{40} # v\d+\.\d+\.\d+$)|(\./ #)", use)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_nothing_is_permitted_unless_a_job_asks_for_it(path: Path) -> None:
    assert load(path)["permissions"] == {}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_job_has_a_time_limit(path: Path) -> None:
    assert [name for name, job in load(path)["jobs"].items() if "timeout-minutes" not in job] == []


def test_ci_covers_the_python_versions_that_the_package_declares(project_root: Path) -> None:
    declared = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', (project_root / "pyproject.toml").read_text(encoding="utf-8"))
    assert load(project_root / ".github" / "workflows" / "ci.yml")["jobs"]["tests"]["strategy"]["matrix"]["python"] == declared
