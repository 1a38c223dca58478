"""Ask the tool about tests, as a user would."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from benchmarks.transparency.compare import PLAIN
from benchmarks.transparency.fetch import Suite, say

LEAKS = ("PYTEST_", "FLAKEMARK_", "PYTHONPATH")
MESSAGE = "AssertionError: assert False"
BATCH = 10  # tests per command: what was said until then survives an interruption
ALONE = 3
SLACK_S = 60.0  # per command: start-up, and one run per test beyond its budget


@dataclass(frozen=True, slots=True)
class Ask:
    """How the tool is started: seconds per test, plain runs to begin with, and what the user has.

    Attributes:
        budget: seconds per test.
        runs: plain runs to begin with.
        report: a JUnit report in which the tests failed; None if the user only names them.
    """

    budget: float
    runs: int
    report: Path | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of one test.

    Attributes:
        package, nodeid: where it is.
        entry: of the JSON report, None if there is none.
        told: whether a report said that it failed.
        alone: how often it failed by itself, without us, of `ALONE` plain runs of this test only; asked if something was said of it.
    """

    package: str
    nodeid: str
    entry: dict[str, Any] | None
    told: bool
    alone: int = 0


def ask(suite: Suite, nodeids: Sequence[str], how: Ask) -> Iterator[Said]:
    """Diagnose tests of a suite, some per command; what was said of each, in their order."""
    for start in range(0, len(nodeids), BATCH):
        some = nodeids[start : start + BATCH]
        started = time.monotonic()
        entries = _command(suite, some, how)
        say(f"{suite.name}: {start + len(some)} of {len(nodeids)}, {(time.monotonic() - started) / len(some):.1f} s a test")
        for nodeid in some:
            entry = entries.get(nodeid)
            silent = entry is not None and entry["verdict"] == "not_reproduced" and entry["cause"] is None
            yield Said(suite.name, nodeid, entry, how.report is not None, 0 if silent else failures_alone(suite, nodeid))


def _command(suite: Suite, nodeids: Sequence[str], how: Ask) -> dict[str, dict[str, Any]]:
    """Run one `flakemark diagnose`; returns the entries of its report by node id, none if it wrote no report."""
    with tempfile.TemporaryDirectory(prefix="alarms-") as folder:
        report = Path(folder) / "report.json"
        command = [str(suite.python), "-m", "flakemark", "diagnose", *nodeids, "--root", str(suite.tree), "--json", str(report)]
        command += ["--budget", f"{how.budget:g}", "--runs", str(how.runs), *(["--junit", str(how.report)] if how.report else [])]
        environment = {name: value for name, value in os.environ.items() if not name.startswith(LEAKS)}
        limit = how.budget * len(nodeids) * 2 + SLACK_S
        try:
            done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=limit, check=False)
        except subprocess.TimeoutExpired:
            say(f"{suite.name}: no answer within {limit:.0f} s")
            return {}
        if not report.exists():
            say(f"{suite.name}: exit code {done.returncode}: {done.stderr.strip()[-400:]}")
            return {}
        return {test["nodeid"]: test for test in json.loads(report.read_text(encoding="utf-8"))["tests"]}


def failures_alone(suite: Suite, nodeid: str) -> int:
    """Run the test alone, plainly, without us; returns how often it failed of `ALONE` times.

    One that fails then passes in its suite thanks to what ran before it: that it is not sound is no false alarm.
    """
    return sum(not run_alone(suite, nodeid) for _ in range(ALONE))


def run_alone(suite: Suite, nodeid: str) -> bool:
    """Run one test in a plain pytest process; returns whether it passed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(LEAKS)}
    command = [str(suite.python), "-m", "pytest", "-q", *PLAIN, "-p", "no:cacheprovider", "--rootdir=.", nodeid]
    return subprocess.run(command, cwd=suite.tree, env=environment, capture_output=True, timeout=SLACK_S, check=False).returncode == 0


def tell_failed(report: Path, nodeids: Sequence[str], target: Path, *, whole: bool) -> tuple[str, ...]:
    """Write a copy of a JUnit report in which these tests failed, with an ordinary message and no place.

    Args:
        report: of a session in which they passed.
        nodeids: the tests.
        target: where to write.
        whole: whether the others of the session are in it; running them first takes most of a budget.

    Returns:
        The node ids that the report knows, in their order.
    """
    tree = ElementTree.parse(report)  # noqa: S314 - written by pytest on this machine
    cases = {(case.get("classname"), case.get("name")): case for case in tree.iter("testcase")}
    known = tuple(nodeid for nodeid in nodeids if address(nodeid) in cases)
    for nodeid in known:
        ElementTree.SubElement(cases[address(nodeid)], "failure", message=MESSAGE).text = MESSAGE
    if not whole:
        failed = {address(nodeid) for nodeid in known}
        for suite in tree.iter("testsuite"):
            for case in [case for case in suite if (case.get("classname"), case.get("name")) not in failed]:
                suite.remove(case)
    tree.write(target, encoding="utf-8", xml_declaration=True)
    return known


def address(nodeid: str) -> tuple[str, str]:
    """Return class name and name as pytest writes them into a JUnit report."""
    plain, bracket, parameters = nodeid.partition("[")
    file, *names = plain.split("::")
    return ".".join([file.removesuffix(".py").replace("/", "."), *names[:-1]]), names[-1] + bracket + parameters
