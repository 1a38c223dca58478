"""The project's configuration applies, except what would fight with a worker; nothing of the user's is overwritten."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from flakemark.run.laboratory import Laboratory
from flakemark.runs import Outcome
from tests.unit.flakemark.run.conftest import PYTHON, Bench, Make

SOURCE = """
import warnings
import pytest

@pytest.mark.slow
def test_it(cache, tmp_path):
    cache.set("a/b", 1)

def test_warns():
    warnings.warn("heard")

def test_fails():
    assert 0
"""
QUIET = "[pytest]\nmarkers = slow\nasyncio_default_fixture_loop_scope = function\n"
ADDOPTS = [
    "-n auto", "-n 2 --dist loadfile --maxprocesses 2", "-x", "--maxfail=1", "--strict-markers", "--strict-config", "-p no:randomly",
    "-p no:cacheprovider", "-p no:terminal", "--doctest-modules", "--junitxml=junit.xml", "--random-order", "--random-order-bucket=global",
    "-W error::ImportWarning", "-m 'not slow'", "-k nothing", "--lf", "--ff", "--sw", "--cache-clear", "--pdb", "-s", "--capture=sys",
    "-q -q", "-vvv",
    "--tb=no", "--tb=native", "--tb=line -l", "--durations=5", "--import-mode=importlib", "--deselect test_it.py::test_it", "--co",
    "--log-file=tests.log", "--log-cli-level=INFO", "--setup-show", "--basetemp=base", "--color=yes", "test_other.py",
    *(["--flakemark-diagnose"] if sys.executable == PYTHON else []),
]  # fmt: skip


def configured(make: Make, ini: str, files: dict[str, str] | None = None, **wishes: object) -> Bench:
    return make({"test_it.py": SOURCE, "test_other.py": "def test_other(): pass", "pytest.ini": ini, **(files or {})}, **wishes)


def files_of(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


@pytest.mark.parametrize("addopts", ADDOPTS)
def test_what_addopts_say_neither_stops_a_run_nor_lets_it_write(bench: Make, addopts: str) -> None:
    keep = {"junit.xml": "mine", "tests.log": "mine", "base/mine": "mine", ".pytest_cache/v/cache/lastfailed": "{}"}
    project = configured(bench, f"[pytest]\nmarkers = slow\naddopts = {addopts}\n", keep)
    before = files_of(project.root)
    if "cacheprovider" in addopts:
        assert project.run("test_warns").outcome is Outcome.PASSED
    else:
        assert project.run("test_it").outcome is Outcome.PASSED
    failure = project.run("test_fails").failure
    assert failure is not None
    assert failure.crash == "test_it.py:13"
    assert files_of(project.root) == before
    assert {name: (project.root / name).read_text() for name in keep} == keep


def test_fresh_runs_are_configured_likewise(bench: Make) -> None:
    project = configured(bench, "[pytest]\nmarkers = slow\naddopts = -n auto -x --junitxml=junit.xml --random-order --strict-markers\n")
    before = files_of(project.root)
    assert {result.outcome for result in project.runs("test_it", 2, fresh=True)} == {Outcome.PASSED}
    assert files_of(project.root) == before


def test_warnings_that_the_project_turns_into_errors_are_errors(bench: Make) -> None:
    project = configured(bench, f"{QUIET}filterwarnings = error\n")
    assert [project.run(name).outcome for name in ("test_it", "test_warns")] == [Outcome.PASSED, Outcome.FAILED]


def test_the_environment_may_turn_every_warning_into_an_error(bench: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    project = configured(bench, f"{QUIET}addopts = -W error\n", {"conftest.py": "import numpy"})
    assert [project.run(name).outcome for name in ("test_it", "test_warns")] == [Outcome.PASSED, Outcome.FAILED]


def test_options_come_from_the_environment_too(bench: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "-n 2 --junitxml=junit.xml -k nothing")
    project = configured(bench, "[pytest]\nmarkers = slow\n")
    assert project.run("test_it").outcome is Outcome.PASSED
    assert not (project.root / "junit.xml").exists()


def test_autoloading_of_plugins_may_be_off(bench: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    assert configured(bench, "[pytest]\nmarkers = slow\n").run("test_it").outcome is Outcome.PASSED


def test_another_sessions_variables_do_not_reach_the_tests(bench: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw3")
    monkeypatch.setenv("COVERAGE_PROCESS_START", "pyproject.toml")
    project = bench("""
        import os
        def test_it(): assert not {"PYTEST_XDIST_WORKER", "COVERAGE_PROCESS_START"} & set(os.environ)
        """)
    assert project.run("test_it").outcome is Outcome.PASSED


def test_packages_below_src_are_found_and_probed(bench: Make) -> None:
    project = bench(
        {
            "pyproject.toml": "[tool.pytest.ini_options]\npythonpath = ['src']\ntestpaths = ['tests']\n",
            "src/shop/__init__.py": "",
            "src/shop/dice.py": "import random\ndef roll():\n    return random.random()\n",
            "tests/test_shop.py": "from shop.dice import roll\ndef test_it():\n    assert roll() < 2\n",
        },
        names=("tests/test_shop.py",),
    )
    result = project.run("tests/test_shop.py::test_it", trace=True)
    assert result.outcome is Outcome.PASSED
    assert result.trace is not None
    assert "src/shop/dice.py:3" in {f"{entry.site.file}:{entry.site.line}" for entry in result.trace.sites}


@pytest.mark.parametrize("mode", ["importlib", "append", "prepend"])
def test_every_import_mode_is_probed(bench: Make, mode: str) -> None:
    source = "import random\ndef test_it():\n    number = random.random()\n    assert number < 2\n"
    files = {"pytest.ini": f"[pytest]\naddopts = --import-mode={mode}\n", "tests/test_it.py": source}
    project = bench(files, names=("tests/test_it.py",))
    result = project.run("tests/test_it.py::test_it", trace=True)
    assert result.trace is not None
    assert "random.random" in {entry.source_name for entry in result.trace.sites}


def test_the_configuration_may_lie_above_the_root(bench: Make) -> None:
    project = bench({"pytest.ini": "[pytest]\nmarkers = slow\naddopts = --strict-markers\n", "part/test_it.py": SOURCE}, names=())
    project_below = replace(project.lab.project, root=project.root / "part", files=("test_it.py",))
    with Laboratory(project_below, 60.0) as lab:
        inner = Bench(project_below.root, lab)
        assert inner.surroundings.items[0] == "test_it.py::test_it"
        failure = inner.run("test_fails").failure
    assert failure is not None
    assert failure.crash == "test_it.py:13"


def test_pytests_root_may_lie_below_ours(bench: Make) -> None:
    project = bench({"part/pytest.ini": "[pytest]\nmarkers = slow\n", "part/test_it.py": SOURCE}, names=("part/test_it.py",))
    assert project.run("part/test_it.py::test_it").outcome is Outcome.PASSED
    failure = project.run("part/test_it.py::test_fails").failure
    assert failure is not None
    assert failure.crash == "part/test_it.py:13"


def test_a_project_may_be_reached_through_a_link(bench: Make, tmp_path: Path) -> None:
    project = bench("import random\ndef test_it():\n    assert random.random() > 2\n")
    (tmp_path / "link").symlink_to(project.root)
    with Laboratory(replace(project.lab.project, root=tmp_path / "link"), 60.0) as lab:
        [result] = lab.run([project.request("test_it")])
    assert result.failure is not None
    assert (result.failure.crash, result.failure.where) == ("test_it.py:3", "test_it.py:3")
