"""A worker that cannot start says why, in one line that names the value at fault."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from flakemark.errors import EnvironmentBroken
from flakemark.run.process import telling_line
from tests.unit.flakemark.run.conftest import Make

FINE = "def test_it(): pass"
BROKEN = {
    "conftest cannot be imported": ({"conftest.py": "import no_such_module_here"}, "No module named 'no_such_module_here'"),
    "conftest is no Python": ({"conftest.py": "def ("}, r"SyntaxError|invalid syntax"),
    "unknown option in addopts": ({"pytest.ini": "[pytest]\naddopts = --no-such-option"}, "unrecognized arguments: --no-such-option"),
    "unknown plugin in addopts": ({"pytest.ini": "[pytest]\naddopts = -p no_such_plugin"}, 'Error importing plugin "no_such_plugin"'),
    "broken configuration": ({"pytest.ini": "[pytest\n"}, r"pytest\.ini:1"),
    "newer pytest wanted": ({"pytest.ini": "[pytest]\nminversion = 99"}, "requires pytest-99"),
    "missing plugin wanted": ({"pytest.ini": "[pytest]\nrequired_plugins = pytest-nothing"}, "pytest-nothing"),
    "conftest exits": ({"conftest.py": "import sys; sys.exit('no database')"}, "no database"),
    "conftest kills": ({"conftest.py": "import os; os._exit(9)"}, r"exit code 9.*it said nothing"),
    "test file cannot be imported": ({"test_it.py": "import no_such_module_here"}, r"test_it\.py: .*No module named 'no_such_module_here'"),
    "test file is no Python": ({"test_it.py": "def ("}, r"could not be collected: test_it\.py: .*SyntaxError|invalid syntax"),
    "test file is not there": ({"test_it.py": FINE, "gone": ""}, "file or directory not found: gone.py"),
}


ALSO_FRESH = ("conftest cannot be imported", "unknown option in addopts", "test file cannot be imported")


@pytest.mark.parametrize(("name", "fresh"), [*((name, False) for name in BROKEN), *((name, True) for name in ALSO_FRESH)])
def test_it_says_why_in_one_line(bench: Make, name: str, fresh: bool) -> None:
    files, reason = BROKEN[name]
    names = ("gone.py",) if "gone" in files else ("test_it.py",)
    project = bench({"test_it.py": FINE, **files}, names=names)
    with pytest.raises(EnvironmentBroken) as raised:
        project.run("test_it", fresh=fresh)
    message = str(raised.value)
    assert re.search(reason, message), message
    assert "\n" not in message
    assert str(project.root) not in message


def test_an_interpreter_that_is_not_there_is_named(bench: Make) -> None:
    with pytest.raises(EnvironmentBroken, match="no-such-python: no such interpreter"):
        bench(FINE, python="no-such-python").run("test_it")


def test_an_interpreter_without_pytest_is_named(bench: Make, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "bare")], check=True)
    python = str(tmp_path / "bare" / "bin" / "python")
    with pytest.raises(EnvironmentBroken, match=rf"{python}\): pytest cannot be imported: No module named 'pytest'"):
        bench(FINE, python=python).run("test_it")


def test_something_that_is_no_python_is_named(bench: Make) -> None:
    with pytest.raises(EnvironmentBroken, match="pytest ended before any test ran"):
        bench(FINE, python="true").run("test_it")


def test_a_file_that_cannot_be_collected_does_not_stop_the_others(bench: Make) -> None:
    project = bench({"test_it.py": FINE, "test_bad.py": "import no_such_module_here"}, names=("test_it.py", "test_bad.py"))
    assert project.run("test_it").passed
    [error] = project.surroundings.errors
    assert error.startswith("test_bad.py: ")


@pytest.mark.parametrize(
    ("output", "line"),
    [
        ("", "it said nothing"),
        ("one\ntwo\n", "two"),
        ("E   first\nE   second\nlast", "second"),
        ("ERROR: usage: pytest [options]\npytest: error: unrecognized arguments: --x\n  rootdir: r", "unrecognized arguments: --x"),
        ("INTERNALERROR> Traceback\nINTERNALERROR> ValueError: 1", "ValueError: 1"),
    ],
)
def test_the_telling_line_is_picked(output: str, line: str) -> None:
    assert telling_line(output) == line
