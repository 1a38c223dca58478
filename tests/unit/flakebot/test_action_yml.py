"""action.yml and the program's settings tell the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from flakebot.pipeline import OUTPUTS
from flakebot.settings import INPUTS


@pytest.fixture(scope="module")
def action(project_root: Path) -> dict[str, Any]:
    content = yaml.safe_load((project_root / "action.yml").read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def test_the_action_takes_the_inputs_that_the_program_reads(action: dict[str, Any]) -> None:
    assert list(action["inputs"]) == [one.name for one in INPUTS]


def test_the_defaults_are_the_same(action: dict[str, Any]) -> None:
    assert {name: str(one.get("default", "")) for name, one in action["inputs"].items()} == {one.name: one.default for one in INPUTS}


def test_every_input_and_output_is_described(action: dict[str, Any]) -> None:
    described = [*action["inputs"].values(), *action["outputs"].values()]
    assert all(one["description"].strip().endswith(".") for one in described)


def test_the_action_gives_the_outputs_that_the_program_writes(action: dict[str, Any]) -> None:
    assert tuple(action["outputs"]) == OUTPUTS
