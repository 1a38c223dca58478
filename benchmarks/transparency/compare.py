"""Run a suite plain and instrumented, and compare it test by test."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from benchmarks.transparency.fetch import Suite, SuiteUnusable, say

PLAIN = ("-p", "no:flakemark")
INSTRUMENTED = (*PLAIN, "-p", "flakemark.trace.session")
_RAN = (0, 1)  # pytest's exit codes: all passed, some failed. The others: not collected, crashed, no such argument, no test

Outcomes = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How one suite did.

    Attributes:
        name: the package, with its version.
        tests: how many there are.
        different: names of tests that differ between plain and instrumented, sorted.
        unstable: names of tests that differ between the plain runs, sorted.
        untouched: how many modules were loaded without probes.
        plain_s, instrumented_s: seconds of the first run of each.
    """

    name: str
    tests: int
    different: tuple[str, ...]
    unstable: tuple[str, ...]
    untouched: int
    plain_s: float
    instrumented_s: float


def compare(suite: Suite, part: Sequence[str], limit_s: float) -> Comparison:
    """Run the suite twice plain and once instrumented.

    A test that differs between two plain runs is unstable on its own and says nothing about us.

    Raises:
        SuiteUnusable: a run took too long or reported nothing.
    """
    variables = {"FLAKEMARK_TRACE_ROOT": str(suite.tree)}
    plain, plain_s = run(suite, "plain", (*part, *PLAIN), {}, limit_s)
    again, _ = run(suite, "again", (*part, *PLAIN), {}, limit_s)
    traced, traced_s = run(suite, "instrumented", (*part, *INSTRUMENTED), variables, limit_s)
    unstable = differences(plain, again)
    different = differences(plain, traced) - unstable
    for test in sorted(different):
        say(f"{suite.name}: {test}: plain {plain.get(test)}, instrumented {traced.get(test)}")
    untouched = _untouched(suite.home / "instrumented.log")
    for line in untouched:
        say(f"{suite.name}: {line}")
    return Comparison(
        name=suite.tree.name,
        tests=len(plain),
        different=tuple(sorted(different)),
        unstable=tuple(sorted(unstable)),
        untouched=len(untouched),
        plain_s=plain_s,
        instrumented_s=traced_s,
    )


def differences(one: Outcomes, other: Outcomes) -> set[str]:
    """Name the tests that differ in outcome or message, or are missing on one side."""
    return {test for test in one.keys() | other.keys() if one.get(test) != other.get(test)}


def run(suite: Suite, label: str, options: Sequence[str], variables: Mapping[str, str], limit_s: float) -> tuple[Outcomes, float]:
    """Run the suite once in a fresh process; return the outcomes by test, and wall-clock seconds."""
    say(f"{suite.name}: running {label}")
    report = suite.home / f"{label}.xml"
    report.unlink(missing_ok=True)
    leaks = ("PYTEST_", "PYTHON", "FLAKEMARK_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(leaks)}
    # One hash seed for all: we compare instrumentation, not luck. No bytecode: a stale file would hide a rewriting mistake.
    environment |= {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", **variables}
    command = [str(suite.python), "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    command += [f"--junit-xml={report}", "-o", "junit_family=xunit2"]
    started = time.monotonic()
    with (report.with_suffix(".log")).open("wb") as log:
        try:
            done = subprocess.run(command, cwd=suite.tree, env=environment, stdout=log, stderr=log, timeout=limit_s, check=False)
        except subprocess.TimeoutExpired:
            raise SuiteUnusable(f"{label} took more than {limit_s:.0f} s; see {log.name}") from None
    seconds = time.monotonic() - started
    if done.returncode not in _RAN:
        raise SuiteUnusable(f"{label} could not run the tests (exit code {done.returncode}); see {log.name}")
    return outcomes(report), seconds


def outcomes(report: Path) -> Outcomes:
    """Read JUnit into test name -> outcomes with messages; a test has several if its teardown failed too."""
    found: dict[str, tuple[str, ...]] = {}
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - written by pytest on this machine
        name = f"{case.get('classname')}::{case.get('name')}"
        results = [f"{part.tag}: {stable(part.get('message', ''))}" for part in case if part.tag in {"failure", "error", "skipped"}]
        found[name] = (*found.get(name, ()), *(results or ["passed"]))
    return found


def stable(message: str) -> str:
    """Take addresses, which differ in every run, out of a message."""
    return re.sub(r"0x[0-9a-f]+", "0x", message)


def _untouched(log: Path) -> list[str]:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return [line for line in lines if "loaded without probes" in line]
