"""What we bring into other people's test processes."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

# The modules that live inside the test process, and everything that they may import there.
IN_PROCESS = ("__init__.py", "plugin.py", "errors.py", "events.py", "model.py", "run/worker.py", "trace/**/*.py")
ALLOWED_IN_PROCESS = frozenset(
    {
        "__future__", "_thread", "abc", "array", "ast", "asyncio", "atexit", "base64", "binascii", "builtins", "collections",
        "contextlib", "contextvars", "copy", "dataclasses", "datetime", "enum", "errno", "faulthandler", "functools", "gc",
        "heapq", "importlib", "inspect", "io", "itertools", "json", "marshal", "math", "operator", "os", "pathlib", "pickle",
        "re", "select", "selectors", "signal", "socket", "stat", "struct", "sys", "threading", "time", "tokenize", "traceback",
        "types", "typing", "warnings", "weakref", "zlib",
        "_pytest", "pytest",
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


def in_process_files(project_root: Path) -> list[Path]:
    package = project_root / "flakemark"
    return sorted({path for pattern in IN_PROCESS for path in package.glob(pattern)})


def test_code_inside_the_test_process_imports_only_what_is_listed(project_root: Path) -> None:
    found = {}
    for path in in_process_files(project_root):
        names = {name.split(".")[0] for name in imports_of(path)} - {"flakemark"}
        if surplus := names - ALLOWED_IN_PROCESS:
            found[str(path.relative_to(project_root))] = sorted(surplus)
    assert found == {}


def test_code_inside_the_test_process_keeps_out_of_assertion_rewriting(project_root: Path) -> None:
    without = [
        str(path.relative_to(project_root))
        for path in in_process_files(project_root)
        if "PYTEST_DONT_REWRITE" not in (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "")
    ]
    assert without == []


def imports_of(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names
