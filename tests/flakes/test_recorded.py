"""Rare planted flakes from the trace of one natural failure: provoked once, recorded, and diagnosed by somebody who is not told how.

None of them fails by itself more than once in fifty runs, most of them never on an idle machine.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flakes.test_planted import HERE, PLANTED, WINDOW, Planted, environment

RARE = [pytest.param(case, id=case.folder) for case in PLANTED if case.rare and not case.gap]
TRIES = 5


def recorded(root: Path, case: Planted) -> tuple[Path, Path]:
    """Run the suite as CI would, with the flight recorder; returns the JUnit report and the folder of the traces."""
    junit, traces = root.parent / "junit.xml", root.parent / "traces"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "flakemark.plugin",
        "-p",
        "flakemark.trace.recording",
        "-p",
        "provoke",
    ]
    command += [f"--junitxml={junit}", f"--flakemark-record={traces}"]
    for _ in range(TRIES):
        done = subprocess.run(
            command, cwd=root, env=environment(HERE / case.folder) | dict(case.machine), capture_output=True, text=True, check=False
        )
        if f"FAILED {case.nodeid}" in done.stdout or f"ERROR {case.nodeid}" in done.stdout:
            return junit, traces
    raise AssertionError(f"{case.nodeid} did not fail: {done.stdout}{done.stderr}")


@pytest.mark.parametrize("case", RARE)
def test_one_recorded_failure_is_enough_to_prove_the_line(tmp_path: Path, case: Planted) -> None:
    root = tmp_path / "project"
    shutil.copytree(case.project, root)
    junit, traces = recorded(root, case)
    report = tmp_path / "report.json"
    command = [sys.executable, "-m", "flakemark", "diagnose", case.nodeid, "--root", str(root), "--runs", "2", "--budget", "60"]
    command += ["--junit", str(junit), "--traces", str(traces), "--json", str(report)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment())
    assert done.returncode == 0, done.stderr
    [diagnosis] = json.loads(report.read_text(encoding="utf-8"))["tests"]
    cause = diagnosis["cause"]
    assert cause is not None, diagnosis
    assert (cause["file"], cause["line"]) in case.guilty(), diagnosis
    assert cause["end_line"] - cause["line"] < WINDOW
    assert (diagnosis["verdict"], cause["category"], cause["status"]) == ("flaky", case.category, "confirmed")
