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

STAGES = ("ingest", "run", "trace", "reproduce", "align", "isolate", "repair", "explain", "report")


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
    tree = ast.parse((project_root / "flakemark" / "pipeline.py").read_text(encoding="utf-8"))
    met = list(dict.fromkeys(Story(tree).stages_met("diagnose")))
    assert met == [stage for stage in STAGES if stage in met]
    assert {"reproduce", "isolate", "explain"} <= set(met)


class Story:
    """A module read from one function on, through the functions of the module that it calls."""

    def __init__(self, tree: ast.Module) -> None:
        self.functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        self.stages: dict[str, str] = {}
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("flakemark."):
                stage = (node.module or "").split(".")[1]
                self.stages |= {alias.name: stage for alias in node.names if stage in STAGES}

    def stages_met(self, function: str) -> list[str]:
        """The stages whose names are called, in the order of the source."""
        calls = [node for node in ast.walk(self.functions[function]) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
        met: list[str] = []
        for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            if name in self.stages:
                met.append(self.stages[name])
            elif name in self.functions and name != function:
                met += self.stages_met(name)
        return met


def test_every_stage_is_a_module_or_a_folder(project_root: Path) -> None:
    package = project_root / "flakemark"
    assert [stage for stage in STAGES if not ((package / f"{stage}.py").exists() or (package / stage / "__init__.py").exists())] == []
