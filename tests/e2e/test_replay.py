"""`flakemark replay` makes a confirmed failure happen every time, and its passing twin never."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.flaky_project import flakemark, write_project

pytestmark = pytest.mark.slow
TOTAL, OTHER = (f"tests/test_shop.py::test_{name}" for name in ("total", "other"))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the report of two flaky tests."""
    root = write_project(tmp_path_factory.mktemp("shop"))
    assert flakemark(root, "diagnose", TOTAL, OTHER, "--json", "report.json").returncode == 0
    return root


def report_of(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((root / "report.json").read_text(encoding="utf-8"))
    return found


def test_a_confirmed_failure_happens_every_time(project: Path) -> None:
    done = flakemark(project, "replay", "report.json", TOTAL, "--runs", "20")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(f"{TOTAL}: forced to the failing values: 20 of 20 failed\n")
    assert "assert number not in (3, 4), ticket" in done.stdout


def test_with_the_passing_values_it_never_happens(project: Path) -> None:
    done = flakemark(project, "replay", "report.json", TOTAL, "--runs", "20", "--passing")
    assert done.stdout == f"{TOTAL}: forced to the passing values: 0 of 20 failed\n"


def test_the_command_that_the_report_prints_is_one_that_works(project: Path) -> None:
    for test in report_of(project)["tests"]:
        program, *arguments = test["reproduce"].split()
        assert program == "flakemark"
        assert "1 of 1 failed" in flakemark(project, *arguments).stdout


PLANTED = Path(__file__).parents[2] / "benchmarks" / "planted"


@pytest.mark.parametrize("case", ["bill-split", "greenhouse-profiles"])
def test_what_was_confirmed_comes_again_95_times_of_100(case: str, tmp_path: Path) -> None:
    root, report = tmp_path / "project", tmp_path / "report.json"
    shutil.copytree(PLANTED / case / "project", root)
    assert flakemark(root, "diagnose", "--junit", PLANTED / case / "junit.xml", "--json", report).returncode == 0
    [failing] = re.findall(r"(\d+) of 100 failed\n", flakemark(root, "replay", report, "--runs", "100").stdout)
    [passing] = re.findall(r"(\d+) of 100 failed\n", flakemark(root, "replay", report, "--runs", "100", "--passing").stdout)
    assert int(failing) >= 95
    assert int(passing) <= 5


def test_it_works_from_another_folder(project: Path, tmp_path: Path) -> None:
    done = flakemark(tmp_path, "replay", project / "report.json", OTHER, "--root", project, "--", "-p", "no:xdist")
    assert "1 of 1 failed" in done.stdout, done.stderr


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([], "the following arguments are required: REPORT.json"),
        (["gone.json"], "gone.json"),
        (["pytest.ini"], "pytest.ini"),
        (["other.json"], "other.json"),
        (["report.json"], f"several tests can be replayed; name one of '{TOTAL}', '{OTHER}'"),
        (["report.json", "tests/test_shop.py::test_gone"], "it does not say how to replay tests/test_shop.py::test_gone"),
        (["report.json", TOTAL, "--runs", "-3"], "--runs: -3 is not a number from 1 to 10000"),
        (["report.json", TOTAL, "--root", "nowhere"], "--root nowhere: no such folder"),
        (["report.json", TOTAL, "--python", "no-such-python"], "no-such-python is no interpreter that can be run"),
    ],
)
def test_wrong_usage_gives_one_line_and_exit_code_2(project: Path, arguments: list[str], line: str) -> None:
    (project / "other.json").write_text('{"schema": 99}', encoding="utf-8")
    done = flakemark(project, "replay", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert line in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_project_that_does_not_fit_the_report_gives_exit_code_3(project: Path, tmp_path: Path) -> None:
    done = flakemark(tmp_path, "replay", project / "report.json", TOTAL)
    assert (done.returncode, done.stdout) == (3, "")
    assert len(done.stderr.splitlines()) == 1
    assert "file or directory not found: tests/test_shop.py" in done.stderr


def test_an_interpreter_without_pytest_gives_exit_code_3(project: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "bare")], check=True)
    done = flakemark(project, "replay", "report.json", TOTAL, "--python", tmp_path / "bare" / "bin" / "python")
    assert done.returncode == 3
    assert "No module named 'pytest'" in done.stderr
