"""Run the example project's tests as a job of CI would, until the flaky one fails."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from flakebot.errors import EnvironmentBroken
from flakebot.reports import read_junit
from flakemark.model import Ingested

FLAKY = "tests/test_checkout.py::test_coupons_are_applied_in_the_order_in_which_they_were_entered"
JUNIT = "reports/junit.xml"
ATTEMPTS = 25  # it fails in every second run
_FIXED = ("PYTHONHASHSEED", "PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTHONPATH")


def run_until_it_fails(project: Path, environ: Mapping[str, str], say: Callable[[str], None], attempts: int = ATTEMPTS) -> Ingested:
    """Run the suite with real pytest and `--junitxml`, again and again.

    Args:
        project: a copy of the example project.
        environ: ours; what would make every run equal is taken out.
        say: gets a line per run.
        attempts: how many runs at most.

    Raises:
        EnvironmentBroken: if pytest cannot run, or the test does not fail.
    """
    kept = {name: value for name, value in environ.items() if name not in _FIXED}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={JUNIT}"]
    for number in range(1, attempts + 1):
        done = subprocess.run(command, cwd=project, env=kept, capture_output=True, text=True, timeout=120, check=False)
        say(f"  run {number}: {_closing_line(done.stdout) or done.stderr.strip()[-500:]}")
        ingested = read_junit([JUNIT], project, None)
        if any(test.nodeid == FLAKY for test in ingested.failed):
            return ingested
    raise EnvironmentBroken(f"the example's flaky test passed {attempts} times in a row; is the order of sets fixed in this Python?")


def _closing_line(output: str) -> str:
    lines = [line for line in output.splitlines() if " passed" in line or " failed" in line]
    return lines[-1].strip("= ") if lines else ""
