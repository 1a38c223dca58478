"""Run the tool on a case as a user would."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.accuracy.case import Case


@dataclass(frozen=True, slots=True)
class Answer:
    """What the tool said.

    Attributes:
        test: the entry of its JSON report, None if there is none.
        seconds: wall clock of the whole command.
        problem: why there is no entry, in one line.
    """

    test: dict[str, Any] | None
    seconds: float
    problem: str = ""


def run_case(case: Case, python: str, budget: float) -> Answer:
    """Run `flakemark diagnose` on a copy of the case that nobody else touches.

    Args:
        case: is not changed.
        python: interpreter that has flakemark and what the projects need.
        budget: seconds for the test.
    """
    with tempfile.TemporaryDirectory(prefix="accuracy-", ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        shutil.copytree(case.folder / "project", work / "project", symlinks=True)
        shutil.copy(case.folder / "junit.xml", work / "junit.xml")
        (work / "tmp").mkdir()
        started = time.monotonic()
        test, problem = _diagnose(work, case.nodeid, python, budget)
        return Answer(test, time.monotonic() - started, problem)


def _diagnose(work: Path, nodeid: str, python: str, budget: float) -> tuple[dict[str, Any] | None, str]:
    report = work / "report.json"
    command = [
        python, "-m", "flakemark", "diagnose", "--junit", str(work / "junit.xml"), "--root", str(work / "project"),
        "--budget", f"{budget:g}", "--json", str(report),
    ]  # fmt: skip
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "FLAKEMARK_"))}
    code, errors = _bounded(command, work / "project", environ | {"TMPDIR": str(work / "tmp")}, limit=3 * budget + 120)
    if not report.exists():
        return None, f"{'out of time' if code is None else f'exit code {code}'}: {' '.join(errors[-300:].split())}"
    tests = json.loads(report.read_text(encoding="utf-8"))["tests"]
    found = [test for test in tests if test["nodeid"] == nodeid]
    return (found[0], "") if found else (None, "the report does not mention the test")


def _bounded(command: list[str], cwd: Path, environ: dict[str, str], limit: float) -> tuple[int | None, str]:
    """Exit code (None: out of time) and standard error of a command whose processes do not outlive it."""
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            command, cwd=cwd, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, start_new_session=True
        )
        try:
            code = child.wait(limit)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        errors.seek(0)
        return code, errors.read().decode(errors="replace")
