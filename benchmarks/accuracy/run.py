"""Run the tool on a case as a user would."""

from __future__ import annotations

import json
import os
import re
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
        replays: how many of `replay` runs each of a confirmed cause failed when forced to fail, and when forced to pass; None without.
    """

    test: dict[str, Any] | None
    seconds: float
    problem: str = ""
    replays: tuple[int, int] | None = None


def run_case(case: Case, python: str, budget: float, replay: int = 0) -> Answer:
    """Run `flakemark diagnose` on a copy of the case that nobody else touches.

    Args:
        case: is not changed.
        python: interpreter that has flakemark and what the projects need.
        budget: seconds for the test.
        replay: how often to replay what was found, each way.
    """
    with tempfile.TemporaryDirectory(prefix="accuracy-", ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        shutil.copytree(case.folder / "project", work / "project", symlinks=True)
        shutil.copy(case.folder / "junit.xml", work / "junit.xml")
        (work / "tmp").mkdir()
        started = time.monotonic()
        test, problem = _diagnose(work, case.nodeid, python, budget)
        seconds = time.monotonic() - started
        confirmed = test is not None and (test.get("cause") or {}).get("status") == "confirmed"
        replays = _replay(work, case.nodeid, python, replay) if confirmed and replay else None
        return Answer(test, seconds, problem, replays)


def _replay(work: Path, nodeid: str, python: str, runs: int) -> tuple[int, int]:
    """Count the failures of both ways; a command that says nothing counts as one that never did what it should."""
    command = [python, "-m", "flakemark", "replay", str(work / "report.json"), nodeid, "--root", str(work / "project"), "--runs", str(runs)]
    failed = []
    for more, worst in ([], 0), (["--passing"], runs):
        said = work / "replay.txt"
        bounded([*command, *more], work / "project", environ(work), limit=60 + 30 * runs, output=said)
        found = re.findall(r"(\d+) of \d+ failed$", said.read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
        failed.append(int(found[-1]) if found else worst)
    return failed[0], failed[1]


def _diagnose(work: Path, nodeid: str, python: str, budget: float) -> tuple[dict[str, Any] | None, str]:
    report = work / "report.json"
    command = [
        python, "-m", "flakemark", "diagnose", "--junit", str(work / "junit.xml"), "--root", str(work / "project"),
        "--budget", f"{budget:g}", "--json", str(report),
    ]  # fmt: skip
    code, errors = bounded(command, work / "project", environ(work), limit=3 * budget + 120)
    if not report.exists():
        return None, f"{'out of time' if code is None else f'exit code {code}'}: {' '.join(errors[-300:].split())}"
    tests = json.loads(report.read_text(encoding="utf-8"))["tests"]
    found = [test for test in tests if test["nodeid"] == nodeid]
    return (found[0], "") if found else (None, "the report does not mention the test")


def environ(work: Path) -> dict[str, str]:
    """Return the variables for a tool that works in a folder: none of another pytest, and temporary files in it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "FLAKEMARK_"))}
    return kept | {"TMPDIR": str(work / "tmp")}


def bounded(
    command: list[str], cwd: Path, environ: dict[str, str], limit: float, output: Path = Path(os.devnull)
) -> tuple[int | None, str]:
    """Run a command whose processes do not outlive it; returns its exit code (None: out of time) and standard error."""
    with tempfile.TemporaryFile() as errors, output.open("wb") as out:
        child = subprocess.Popen(command, cwd=cwd, env=environ, stdin=subprocess.DEVNULL, stdout=out, stderr=errors, start_new_session=True)
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
