"""What we bring into other people's test processes."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

# What lives inside the test process: the worker, the tracer, and what they load of ours.
ROOTS = ("flakemark.run.worker", "flakemark.trace.session", "flakemark.recorder.session")
OWN_IN_PROCESS = frozenset(
    {
        "flakemark", "flakemark.errors", "flakemark.events", "flakemark.literals",
        *(f"flakemark.recorder.{name}" for name in ("", "endings", "fixtures", "folder", "learning", "session")),
        *(
            f"flakemark.run.{name}"
            for name in (
                "", "bytecode", "captured", "channel", "coroutines", "examples", "garbage", "neutral", "seeds", "shared", "warm", "watch",
                "worker", "writes",
            )
        ),
    }
)  # fmt: skip
ALLOWED_IN_PROCESS = frozenset(
    {
        "__future__", "_signal", "_thread", "abc", "array", "ast", "asyncio", "atexit", "base64", "binascii", "builtins", "collections",
        "contextlib", "contextvars", "copy", "dataclasses", "datetime", "enum", "errno", "faulthandler", "functools", "gc",
        "heapq", "importlib", "inspect", "io", "itertools", "json", "marshal", "math", "operator", "os", "pathlib", "pickle",
        "re", "select", "selectors", "signal", "socket", "stat", "struct", "sys", "threading", "time", "tokenize", "traceback",
        "types", "typing", "warnings", "weakref", "zlib",
        "_pytest", "flakemark", "pytest",
    }
)  # fmt: skip
PLUGIN_IMPORT_LIMIT_S = 0.1

PROGRAM = """
import json, sys, time
import pytest
before = set(sys.modules)
started = time.perf_counter()
import {module}
seconds = time.perf_counter() - started
print(json.dumps([sorted(set(sys.modules) - before), seconds]))
"""


def import_in_fresh_process(module: str) -> tuple[list[str], float]:
    command = [sys.executable, "-I", "-c", PROGRAM.format(module=module)]
    result = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    modules, seconds = json.loads(result.stdout)
    return modules, seconds


def test_importing_the_package_imports_no_stage() -> None:
    modules, _ = import_in_fresh_process("flakemark")
    assert modules == ["flakemark"]


def test_the_plugin_module_brings_nothing_but_itself() -> None:
    modules, _ = import_in_fresh_process("flakemark.plugin")
    assert modules == ["flakemark", "flakemark.plugin"]


def test_the_plugin_module_imports_within_its_budget() -> None:
    best = min(import_in_fresh_process("flakemark.plugin")[1] for _ in range(3))
    assert best < PLUGIN_IMPORT_LIMIT_S


@pytest.mark.parametrize("name", ["FlakeMark", "DivergenceReport", "DivergenceType"])
def test_public_names_load_on_first_use(name: str) -> None:
    program = f"import flakemark, sys; assert list(sys.modules).count('flakemark.api') == 0; print(flakemark.{name}.__name__)"
    result = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert result.stdout.strip() == name


def path_of(module: str, project_root: Path) -> Path | None:
    base = project_root.joinpath(*module.split("."))
    return next((path for path in (base.with_suffix(".py"), base / "__init__.py") if path.exists()), None)


def loaded_names(path: Path) -> set[str]:
    """Full names that a module imports when it is loaded; imports inside functions come later, if at all."""
    names: set[str] = set()
    queue: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while queue:
        node = queue.pop()
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            queue.extend(ast.iter_child_nodes(node))
    return names


@pytest.fixture(scope="module")
def in_process(project_root: Path) -> dict[str, Path]:
    """Our modules that are loaded inside the test process, by name."""
    found: dict[str, Path] = {}
    queue = [*ROOTS]
    while queue:
        module = queue.pop()
        path = path_of(module, project_root)
        if module not in found and path is not None:
            found[module] = path
            parents = [module.rsplit(".", 1)[0]] if "." in module else []
            queue += [*parents, *(name for name in loaded_names(path) if name.split(".")[0] == "flakemark")]
    return found


def test_the_test_process_loads_only_the_modules_of_ours_that_are_listed(in_process: dict[str, Path]) -> None:
    allowed = {name.rstrip(".") for name in OWN_IN_PROCESS}
    assert {name for name in in_process if not name.startswith("flakemark.trace")} - allowed == set()


def test_code_inside_the_test_process_imports_only_what_is_listed(in_process: dict[str, Path]) -> None:
    surplus = {name: sorted({root_of(one) for one in loaded_names(path)} - ALLOWED_IN_PROCESS) for name, path in in_process.items()}
    assert {name: found for name, found in surplus.items() if found} == {}


def test_code_inside_the_test_process_keeps_out_of_assertion_rewriting(in_process: dict[str, Path]) -> None:
    docstrings = {name: ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "" for name, path in in_process.items()}
    assert [name for name, text in docstrings.items() if "PYTEST_DONT_REWRITE" not in text] == []


def root_of(name: str) -> str:
    return name.split(".", maxsplit=1)[0]
