"""`flakemark diagnose` on a real project: what it finds, prints, writes, refuses, and how it ends when it is interrupted."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.flaky_project import CAUSE, Started, flakemark, write_project

TOTAL, STABLE, BUG, GONE = (f"tests/test_shop.py::test_{name}" for name in ("total", "stable", "bug", "gone"))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def diagnosed(project: Path) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    """Diagnose three tests once, with every kind of report."""
    reports = [part for kind in ("json", "html", "markdown", "sarif") for part in (f"--{kind}", f"out/report.{kind}")]
    done = flakemark(project, "diagnose", TOTAL, STABLE, BUG, *reports, "--budget", "30", "--", "-p", "no:xdist")
    return done, json.loads((project / "out" / "report.json").read_text(encoding="utf-8"))


@pytest.mark.slow
def test_the_line_is_found_and_the_exit_code_is_zero(diagnosed: Any) -> None:
    done, report = diagnosed
    assert done.returncode == 0, done.stderr
    cause = report["tests"][0]["cause"]
    assert (cause["file"], cause["line"], cause["status"], cause["category"]) == (*CAUSE, "confirmed", "randomness")


@pytest.mark.slow
def test_every_test_gets_its_verdict(diagnosed: Any) -> None:
    assert [test["verdict"] for test in diagnosed[1]["tests"]] == ["flaky", "not_reproduced", "consistent_failure"]


@pytest.mark.slow
def test_a_box_per_test_goes_to_stdout_and_the_progress_to_stderr(diagnosed: Any) -> None:
    done, _ = diagnosed
    assert done.stdout.count("FLAKEMARK: ") == 3
    assert re.search(r"^File: +shop/dice\.py\nLine: +7$", done.stdout, re.MULTILINE)
    assert [line for line in done.stderr.splitlines() if line.startswith("[")] == [f"[1/3] {TOTAL}", f"[2/3] {STABLE}", f"[3/3] {BUG}"]


@pytest.mark.slow
def test_every_report_that_was_asked_for_is_written(diagnosed: Any, project: Path) -> None:
    sizes = {path.name: path.stat().st_size for path in (project / "out").iterdir()}
    assert sorted(sizes) == ["report.html", "report.json", "report.markdown", "report.sarif"]
    assert min(sizes.values()) > 100


@pytest.mark.slow
def test_nothing_else_is_written_into_the_project(diagnosed: Any, project: Path) -> None:
    assert not [path for path in project.rglob("*") if "cache" in path.name and path.name != "__pycache__"]  # what any import leaves


@pytest.mark.slow
def test_a_failure_that_the_junit_report_shows_is_diagnosed(project: Path) -> None:
    junit = """<testsuites><testsuite><testcase classname="tests.test_shop" name="test_other">
        <failure message="assert 2 != 2">tests/test_shop.py:16: AssertionError</failure></testcase></testsuite></testsuites>"""
    (project / "junit.xml").write_text(junit, encoding="utf-8")
    done = flakemark(project, "diagnose", "--junit", "*.xml", "--runs", "2", "--timeout", "20")
    assert done.returncode == 0, done.stderr
    assert "tests/test_shop.py::test_other" in done.stdout
    assert "shop/dice.py" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["heal"], "invalid choice: 'heal'"),
        (["diagnose"], "nothing to diagnose: name tests by their node ids, or JUnit reports with --junit"),
        (["diagnose", "tests/test_shop.py"], "tests/test_shop.py: not a node id"),
        (["diagnose", "tests/test_gone.py::test_it"], "tests/test_gone.py::test_it: no such file below"),
        (["diagnose", TOTAL, "--root", "nowhere"], "--root nowhere: no such folder"),
        (["diagnose", TOTAL, "--runs", "0"], "--runs: 0 is not a number from 1 to 10000"),
        (["diagnose", TOTAL, "--runs", "few"], "--runs: few is not a number from 1 to 10000"),
        (["diagnose", TOTAL, "--timeout", "-1"], "--timeout: -1 is not a positive number of seconds"),
        (["diagnose", TOTAL, "--budget", "nan"], "--budget: nan is not a positive number of seconds"),
        (["diagnose", TOTAL, "--python", "no-such-python"], "--python: no-such-python is no interpreter that can be run"),
        (["diagnose", TOTAL, "--colour"], "unrecognized arguments: --colour"),
    ],
)
def test_wrong_usage_gives_one_line_and_exit_code_2(project: Path, arguments: list[str], line: str) -> None:
    done = flakemark(project, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert line in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_test_that_pytest_does_not_know_gives_exit_code_3(project: Path) -> None:
    done = flakemark(project, "diagnose", GONE)
    assert done.returncode == 3
    assert f"error: {GONE}: pytest collects no such test here" in done.stderr


def test_an_interpreter_without_pytest_gives_exit_code_3(project: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "bare")], check=True)
    done = flakemark(project, "diagnose", TOTAL, "--python", tmp_path / "bare" / "bin" / "python")
    assert done.returncode == 3
    assert "pytest cannot be imported: No module named 'pytest'" in done.stderr


def test_a_report_that_cannot_be_written_does_not_cost_the_finding(project: Path) -> None:
    done = flakemark(project, "diagnose", STABLE, "--json", "pytest.ini/report.json", "--runs", "1", "--budget", "2")
    assert done.returncode == 2
    assert "cannot be written" in done.stderr.splitlines()[-1]
    assert "FLAKEMARK" in done.stdout


def test_help_and_version_are_told(project: Path) -> None:
    assert flakemark(project, "diagnose", "--help").returncode == 0
    assert flakemark(project, "--version").stdout.startswith("flakemark ")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_tells_and_writes_what_is_known_and_leaves_no_process(tmp_path: Path, number: signal.Signals) -> None:
    root = write_project(tmp_path)
    (root / "tests" / "test_slow.py").write_text("import time\ndef test_it(): time.sleep(60)\n", encoding="utf-8")
    started = Started(root, "diagnose", GONE, "tests/test_slow.py::test_it", "--runs", "2", "--json", "report.json")
    started.read_until("[2/2]")
    assert started.family()
    assert started.send(number) == 130
    assert started.family() == []
    assert "interrupted: 1 of 2 tests were diagnosed" in started.output
    assert f"\n{GONE}\n" in started.output
    report = json.loads((root / "report.json").read_text(encoding="utf-8"))
    assert [test["nodeid"] for test in report["tests"]] == [GONE]
    assert "Traceback" not in started.output


def test_killed_it_leaves_no_process_either(tmp_path: Path) -> None:
    root = write_project(tmp_path)
    (root / "tests" / "test_slow.py").write_text("import time\ndef test_it(): time.sleep(60)\n", encoding="utf-8")
    started = Started(root, "diagnose", "tests/test_slow.py::test_it")
    started.read_until("plain runs")
    assert started.send(signal.SIGKILL) == -signal.SIGKILL
    assert started.gone()
