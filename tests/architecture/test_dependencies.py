"""Each package imports what it may depend on, and nothing else."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ALLOWED = {
    "flakemark": {"flakemark", "pytest", "_pytest"},
    "flakebot": {"flakebot", "flakemark", "github", "yaml", "defusedxml", "jinja2", "requests"},
}
# Where the bot may touch the tracer: the nouns, the readers of JUnit and JSON, the errors. Running tests is a child process.
TRACER_PARTS_OF_THE_BOT = {"flakemark", "flakemark.model", "flakemark.errors", "flakemark.ingest", "flakemark.report"}


def imports(package: Path) -> Iterator[tuple[str, str]]:
    """Yield (file:line, full name of the imported module) for every import, also inside functions."""
    for path in sorted(package.rglob("*.py")):
        if "project" in path.parts:  # the demo's example project stands for a user's
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            where = f"{path.relative_to(package.parent)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Import):
                yield from ((where, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                yield where, node.module or ""


@pytest.mark.parametrize("package", sorted(ALLOWED))
def test_a_package_imports_only_its_declared_dependencies(package: str, project_root: Path) -> None:
    allowed = ALLOWED[package] | set(sys.stdlib_module_names)
    assert [(where, name) for where, name in imports(project_root / package) if name.split(".")[0] not in allowed] == []


def test_the_bot_touches_only_the_reading_parts_of_the_tracer(project_root: Path) -> None:
    found = [
        (where, name)
        for where, name in imports(project_root / "flakebot")
        if name.split(".")[0] == "flakemark" and ".".join(name.split(".")[:2]) not in TRACER_PARTS_OF_THE_BOT
    ]
    assert found == []


def test_only_the_main_module_of_the_bot_reads_the_environment_and_the_wall_clock(project_root: Path) -> None:
    effects = re.compile(r"\bos\.(environ|getenv)\b|\btime\.time\(|\b(datetime|date)\.(now|utcnow|today)\(|from os import .*environ")
    found = []
    for path in sorted((project_root / "flakebot").rglob("*.py")):
        inside = path.relative_to(project_root / "flakebot")
        if inside.name == "__main__.py" or inside.parts[0] == "demo":
            continue
        lines = path.read_text(encoding="utf-8").splitlines()
        found += [f"flakebot/{inside.as_posix()}:{number}" for number, line in enumerate(lines, 1) if effects.search(line)]
    assert found == []
