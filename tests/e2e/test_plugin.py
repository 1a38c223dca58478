"""`pytest --flakemark-diagnose`: the session stays what it is, and tells the line afterwards."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.flaky_project import CAUSE, QUIET, Started, flakemark, write_project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path)


def pytest_in(root: Path, *arguments: str) -> Any:
    return flakemark(root, *arguments, module="pytest")


def until_it_fails(root: Path, *arguments: str) -> Any:
    """Repeat a session until the flaky test fails in it: half of them do."""
    for _ in range(20):
        done = pytest_in(root, *arguments)
        if done.returncode == 1:
            return done
    raise AssertionError("it never failed")


def test_a_flaky_test_gets_its_line_and_the_session_its_exit_code(project: Path) -> None:
    arguments = [
        "tests/test_shop.py::test_total",
        "--flakemark-diagnose",
        "--flakemark-runs=2",
        "--flakemark-timeout=20",
        "--flakemark-budget=30",
    ]
    done = until_it_fails(project, *arguments, "--flakemark-json=out/f.json", "--flakemark-html=out/f.html", "--junitxml=junit.xml")
    assert "1 failed" in done.stdout.splitlines()[-1]
    assert "FLAKEMARK: root cause found" in done.stdout
    [test] = json.loads((project / "out" / "f.json").read_text(encoding="utf-8"))["tests"]
    assert (test["cause"]["file"], test["cause"]["line"]) == CAUSE
    assert "<html" in (project / "out" / "f.html").read_text(encoding="utf-8")
    assert 'failures="1"' in (project / "junit.xml").read_text(encoding="utf-8")


def test_a_stable_session_stays_silent(project: Path) -> None:
    done = pytest_in(project, "tests/test_shop.py::test_stable", "--flakemark-diagnose", "--flakemark-json=f.json")
    plain = pytest_in(project, "tests/test_shop.py::test_stable")
    assert done.returncode == plain.returncode == 0
    assert "flakemark" not in done.stdout.lower().replace("plugins: ", "").partition("collected")[2]
    assert json.loads((project / "f.json").read_text(encoding="utf-8"))["tests"] == []


@pytest.mark.slow
def test_a_bug_is_called_a_bug_in_one_line(project: Path) -> None:
    done = pytest_in(project, "tests/test_shop.py::test_bug", "--flakemark-diagnose", "--flakemark-runs=2", "--flakemark-budget=8")
    assert done.returncode == 1
    assert "tests/test_shop.py::test_bug: fails every time: most likely a real bug, not a flaky test" in done.stdout


@pytest.mark.slow
def test_the_projects_own_options_are_repeated(project: Path) -> None:
    (project / "conftest.py").write_text("def pytest_addoption(parser): parser.addoption('--shop', default='')\n", encoding="utf-8")
    source = "def test_it(pytestconfig):\n    assert pytestconfig.getoption('shop') != 'open'\n"
    (project / "tests" / "test_option.py").write_text(source, encoding="utf-8")
    done = pytest_in(
        project,
        "tests/test_option.py",
        "--shop",
        "open",
        "-x",
        "-k",
        "it",
        "--flakemark-diagnose",
        "--flakemark-runs=2",
        "--flakemark-budget=8",
    )
    assert "fails every time" in done.stdout, done.stdout


@pytest.mark.slow
def test_under_xdist_only_the_controller_diagnoses(project: Path) -> None:
    names = ["tests/test_shop.py::test_total", "tests/test_shop.py::test_stable"]
    done = until_it_fails(project, *names, "-n", "2", "--flakemark-diagnose", "--flakemark-budget=45", "--flakemark-json=f.json")
    tests = json.loads((project / "f.json").read_text(encoding="utf-8"))["tests"]
    assert done.stdout.count("FLAKEMARK: ") == len(tests) >= 1
    assert {test["verdict"] for test in tests} == {"flaky"}
    assert {(test["cause"]["file"], test["cause"]["line"]) for test in tests} == {CAUSE}


@pytest.mark.parametrize(
    ("option", "line"),
    [
        ("--flakemark-runs=0", "--flakemark-runs=0: not a number from 1 to 10000"),
        ("--flakemark-runs=few", "invalid int value: 'few'"),
        ("--flakemark-timeout=-1", "--flakemark-timeout=-1: not a positive number of seconds"),
        ("--flakemark-budget=0", "--flakemark-budget=0: not a positive number of seconds"),
    ],
)
def test_an_option_out_of_range_is_a_usage_error(project: Path, option: str, line: str) -> None:
    done = pytest_in(project, "tests/test_shop.py::test_stable", "--flakemark-diagnose", option)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert line in done.stderr
    assert "Traceback" not in done.stderr


def test_a_report_that_cannot_be_written_changes_nothing_else(project: Path) -> None:
    done = pytest_in(project, "tests/test_shop.py::test_stable", "--flakemark-diagnose", "--flakemark-json=pytest.ini/f.json")
    assert done.returncode == 0
    assert "flakemark: the report could not be written" in done.stdout


def test_not_asked_for_it_imports_nothing_but_its_module(project: Path) -> None:
    (project / "conftest.py").write_text(
        "import sys\ndef pytest_unconfigure(): print('\\nOURS', sorted(name for name in sys.modules if 'flakemark' in name))\n",
        encoding="utf-8",
    )
    done = pytest_in(project, "-s", "tests/test_shop.py::test_bug")
    assert "OURS ['flakemark', 'flakemark.plugin']" in done.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_tells_and_writes_what_is_known_and_leaves_no_process(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "pytest.ini").write_text(QUIET, encoding="utf-8")
    slow = "import os, time\ndef test_it():\n    if os.path.exists('seen'): time.sleep(60)\n    open('seen', 'w').close()\n    assert 0\n"
    (tmp_path / "test_it.py").write_text(slow, encoding="utf-8")
    started = Started(tmp_path, "test_it.py", "--flakemark-diagnose", "--flakemark-json=f.json", module="pytest")
    started.read_until("plain runs")
    assert started.send(number) == 1
    assert started.family() == []
    assert "flakemark: interrupted" in started.output
    assert json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))["tests"] == []
    assert "1 failed" in started.output


def test_the_plugin_is_installed_where_these_tests_run() -> None:
    from importlib.metadata import entry_points

    assert [entry.value for entry in entry_points(group="pytest11") if entry.name == "flakemark"] == ["flakemark.plugin"], sys.executable
