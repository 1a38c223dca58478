"""The bundled example: its flake is natural, is part of the pull request, and everything around it is stable."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flakebot.demo.show import AFTER, BEFORE, CHANGED, lay_out, pull_request, runner_environment
from flakebot.demo.suite import run_until_it_fails
from flakebot.errors import EnvironmentBroken, UsageError
from flakebot.settings import load_settings
from flakebot.standin import StandIn

TOTAL = """
from shop.basket import Basket
from shop.checkout import checkout
print(checkout(Basket().add("kettle").add("tea", 2).redeem("welcome10").redeem("teatime")).total)
"""
SEEDS = 16


def totals(project: Path) -> list[str]:
    environ = {"PYTHONPATH": str(project), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", TOTAL]
    done = [
        subprocess.run(command, env={**environ, "PYTHONHASHSEED": str(seed)}, capture_output=True, text=True, check=True)
        for seed in range(SEEDS)
    ]
    return [one.stdout.strip() for one in done]


def test_the_flaky_test_fails_in_a_good_part_of_the_runs(tmp_path: Path) -> None:
    found = totals(lay_out(tmp_path / "demo").project)
    assert set(found) == {"35.05", "35.55"}
    assert SEEDS // 5 <= found.count("35.55") <= SEEDS * 4 // 5


def test_before_the_pull_request_it_was_not_flaky(tmp_path: Path) -> None:
    project = lay_out(tmp_path / "demo").project
    file = project / CHANGED
    file.write_text(file.read_text().replace(AFTER, BEFORE))
    assert set(totals(project)) == {"35.05"}


def test_the_pull_request_changes_exactly_the_guilty_line(tmp_path: Path) -> None:
    project = pull_request(lay_out(tmp_path / "demo"))
    assert [path for path in project.head if project.head[path] != project.base[path]] == [CHANGED]
    changed = set(project.head[CHANGED].splitlines()) - set(project.base[CHANGED].splitlines())
    assert len(changed) == 1


def test_the_environment_is_one_that_the_action_takes(tmp_path: Path) -> None:
    place = lay_out(tmp_path / "demo")
    with StandIn(pull_request(place)) as github:
        environ = runner_environment(place, github, {**os.environ, "GITHUB_TOKEN": "of this very job", "AWS_SECRET_ACCESS_KEY": "x"})
        settings = load_settings(environ, place.project)
    assert settings.python == sys.executable
    assert "of this very job" not in environ.values()
    assert "AWS_SECRET_ACCESS_KEY" not in environ


def test_a_folder_that_exists_is_not_touched(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="name a folder that does not exist yet"):
        lay_out(tmp_path)


def test_a_test_that_never_fails_ends_the_demo_with_a_sentence(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    (empty / "reports").mkdir(parents=True)
    (empty / "test_stable.py").write_text("def test_stable():\n    pass\n")
    said: list[str] = []
    with pytest.raises(EnvironmentBroken, match="passed 2 times in a row"):
        run_until_it_fails(empty, os.environ, said.append, attempts=2)
    assert said == [line for line in said if "1 passed" in line]
