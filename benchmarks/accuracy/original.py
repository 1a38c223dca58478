"""Ask the original, pytest-flakemark 1.1.1, about the same cases, in an environment of its own: it has our name."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.accuracy.case import Case
from benchmarks.accuracy.run import Answer, bounded, environ
from benchmarks.transparency.fetch import WORK, pip

REQUIREMENT = "pytest-flakemark==1.1.1"
ASK = Path(__file__).with_name("ask_original.py")
SLACK_S = 45.0  # its runs have 30 s each, and are begun until the budget is spent


def environment(cases: Sequence[Case]) -> str:
    """Make an environment with the original and what the cases need; returns its interpreter.

    Raises:
        SuiteUnusable: a package cannot be installed.
    """
    home = WORK / "original"
    shutil.rmtree(home, ignore_errors=True)
    venv.create(home, with_pip=True)
    pip(home / "bin" / "python", "install", REQUIREMENT, *sorted({need for case in cases for need in case.requires}))
    return str(home / "bin" / "python")


def ask_original(case: Case, python: str, budget: float) -> Answer:
    """Have it diagnose the failing test of a copy of the case; what it says, in the words of our report.

    Args:
        case: is not changed.
        python: interpreter that has the original and what the projects need.
        budget: seconds for the test.
    """
    file, _, name = case.nodeid.partition("::")
    with tempfile.TemporaryDirectory(prefix="accuracy-", ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        shutil.copytree(case.folder / "project", work / "project", symlinks=True)
        (work / "tmp").mkdir()
        out = work / "said.json"
        command = [python, "-c", ASK.read_text(encoding="utf-8"), file, _function(name), f"{budget:g}", str(out)]
        # It reads no configuration, so it is told where pytest looks for modules; and not where we are, under its name.
        places = [work / "project" / "src", (work / "project" / file).parent, work / "project"]
        variables = environ(work) | {"PYTHONPATH": os.pathsep.join(map(str, places))}
        started = time.monotonic()
        code, errors = bounded(command, work / "project", variables, limit=budget + SLACK_S)
        seconds = time.monotonic() - started
        if not out.exists():
            return Answer(None, seconds, f"{'out of time' if code is None else f'exit code {code}'}: {' '.join(errors[-300:].split())}")
        test, why = entry(json.loads(out.read_text(encoding="utf-8")))
        return Answer(test, seconds, why)


def _function(name: str) -> str:
    """Return what it is given as the name of a test: that of the function, as its own plugin does."""
    return name.partition("[")[0].rpartition("::")[2]


def entry(said: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Put what it said into the words of our report.

    It knows no verdicts: that it found a root cause is taken for `flaky`, that it found none where every run failed for
    `consistent_failure`, and that no run came as far as to record an event for `error`. It knows no categories.

    Returns:
        The entry, and why its runs failed if it found nothing.
    """
    found = said["divergences"]
    causes = [{**one, "end_line": one["line"], "category": "", "status": "suspected"} for one in found]
    silent = "error" if not said["events"] else "consistent_failure" if said["outcomes"] == ["fail"] else "not_reproduced"
    test = {
        "verdict": "flaky" if causes else silent,
        "cause": causes[0] if causes else None,
        "candidates": causes,
        "cost": {"runs": said["runs"]},
    }
    return test, "" if causes else f"{silent}: {said['error'] or 'no divergence'}"
