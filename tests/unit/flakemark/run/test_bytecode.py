"""Where Python may write no bytecode, pytest's rewriting of its plugins is done once, not in every worker."""

from __future__ import annotations

from pathlib import Path

import pytest

from flakemark.run import process
from tests.unit.flakemark.run.conftest import Make

PLUGIN = "def helped():\n    assert True\n    return 41 + 1\n"
TESTS = """
import sys
import helping

def test_sees_what_was_set():
    assert helping.helped() == 42
    assert (sys.dont_write_bytecode, sys.pycache_prefix) == (True, None)
"""


def kept() -> dict[str, int]:
    """Say when which rewritten module was kept."""
    found = Path(process._bytecode()).rglob("helping.*.pyc")
    return {path.name: path.stat().st_mtime_ns for path in found}


def test_rewritten_plugins_are_kept_where_python_writes_no_bytecode(bench: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # A plugin outside of the project, as those that are installed: it is rewritten by pytest, not instrumented by us.
    (tmp_path / "helping.py").write_text(PLUGIN)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    project = bench({"test_it.py": TESTS, "pytest.ini": "[pytest]\naddopts = -p helping\n"})
    assert not kept()
    assert project.run("test_sees_what_was_set", fresh=True).passed
    once = kept()
    assert len(once) == 1
    assert project.run("test_sees_what_was_set", fresh=True).passed
    assert kept() == once
    assert not list(tmp_path.rglob("*.pyc"))
