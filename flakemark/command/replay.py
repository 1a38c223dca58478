"""`flakemark replay`: make a reported failure happen again."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from flakemark import recipe
from flakemark.errors import UsageError
from flakemark.model import Diagnosis
from flakemark.report.document import read_report
from flakemark.run.laboratory import Laboratory
from flakemark.run.process import Project
from flakemark.runs import RunRequest, RunResult

HOUR = 3600.0


def run_replay(arguments: argparse.Namespace) -> int:
    """Run the test under what the report says makes it fail (or pass), and say how it ended; returns the exit code."""
    diagnosis = _pick(arguments)
    request = _request(diagnosis, passing=arguments.passing)
    root: Path = arguments.root.resolve()
    files = tuple(dict.fromkeys(name.split("::")[0] for name in (*request.before, request.victim)))
    if not root.is_dir():
        raise UsageError(f"--root {arguments.root}: no such folder")
    project = Project(
        root=root,
        python=arguments.python,
        files=files,
        order_files=files,
        pytest_args=tuple(arguments.pytest_args),
        timeout=arguments.timeout,
    )
    with Laboratory(project, HOUR) as runner:
        results = runner.run([request] * arguments.runs)
    _tell(diagnosis, results, passing=arguments.passing)
    return 0


def _pick(arguments: argparse.Namespace) -> Diagnosis:
    report = read_report(arguments.report)
    able = [test for test in report.tests if test.recipe is not None]
    if arguments.nodeid is not None:
        able = [test for test in able if test.nodeid == arguments.nodeid]
    if not able:
        what = f"{arguments.nodeid} in it" if arguments.nodeid else "any test in it"
        raise UsageError(f"{arguments.report}: it does not say how to replay {what}; only causes that were forced can be replayed")
    if len(able) > 1:
        names = ", ".join(f"'{test.nodeid}'" for test in able[:5])
        raise UsageError(f"{arguments.report}: several tests can be replayed; name one of {names}")
    return able[0]


def _request(diagnosis: Diagnosis, *, passing: bool) -> RunRequest:
    if diagnosis.recipe is None:  # _pick has chosen one that has it
        raise UsageError(f"{diagnosis.nodeid}: no replay section")
    return recipe.loads(diagnosis.recipe.passing if passing else diagnosis.recipe.failing)


def _tell(diagnosis: Diagnosis, results: list[RunResult], *, passing: bool) -> None:
    failing = [result for result in results if result.failed]
    if failing and failing[0].failure is not None:
        sys.stdout.write(failing[0].failure.text.rstrip() + "\n\n")
    forced = "passing" if passing else "failing"
    print(f"{diagnosis.nodeid}: forced to the {forced} values: {len(failing)} of {len(results)} failed")
