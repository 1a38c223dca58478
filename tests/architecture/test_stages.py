"""The order of the stages is told in three places; they must agree."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

import flakemark

if sys.version_info >= (3, 11):
    import tomllib
else:  # the suite's own dependencies bring the backport on 3.10
    import tomli as tomllib

STAGES = ("ingest", "run", "trace", "reproduce", "align", "isolate", "explain", "report")


@pytest.fixture(scope="module")
def layers(project_root: Path) -> list[str]:
    settings = tomllib.loads((project_root / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (contract,) = [contract for contract in contracts if contract["type"] == "layers" and contract["containers"] == ["flakemark"]]
    return [re.sub(r"[()]", "", layer) for layer in contract["layers"]]


def test_the_package_docstring_names_the_stages_in_order() -> None:
    assert tuple(re.findall(r"^    (\w+)  +\w", flakemark.__doc__ or "", re.MULTILINE)) == STAGES


def test_the_import_contract_names_the_stages_in_order(layers: list[str]) -> None:
    (siblings,) = [layer for layer in layers if "ingest" in layer]
    assert tuple(re.split(r" \| | : ", siblings)) == STAGES


def test_the_pipeline_meets_the_stages_in_order(project_root: Path) -> None:
    source = (project_root / "flakemark" / "pipeline.py").read_text(encoding="utf-8")
    tree = ast.parse(source)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in STAGES]
    met = [call.func.id for call in sorted(calls, key=lambda call: call.lineno) if isinstance(call.func, ast.Name)]
    assert met == [stage for stage in STAGES if stage in met]
    assert {"reproduce", "isolate", "explain"} <= set(met)


def test_every_stage_is_a_module_or_a_folder(project_root: Path) -> None:
    package = project_root / "flakemark"
    assert [stage for stage in STAGES if not ((package / f"{stage}.py").exists() or (package / stage / "__init__.py").exists())] == []
