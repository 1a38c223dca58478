"""`flakemark diagnose`: node ids and JUnit reports in, diagnoses out."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from flakemark import __version__
from flakemark.errors import UsageError
from flakemark.ingest import read_reports
from flakemark.model import Diagnosis, FailedTest, Ingested, NodeId, Report, Verdict
from flakemark.pipeline import Settings, diagnose
from flakemark.progress import TerminalProgress
from flakemark.recorded import read_recorded
from flakemark.report.document import write_report, write_text
from flakemark.report.html import render_html
from flakemark.report.markdown import render_markdown
from flakemark.report.sarif import render_sarif
from flakemark.report.text import render_text

INTERRUPTED = 130


def run_diagnose(arguments: argparse.Namespace) -> int:
    """Diagnose, print a box per test, write the reports that were asked for; returns the exit code."""
    settings = _settings(arguments)
    ingested = _ingest(arguments, settings.root)
    for problem in ingested.problems:
        print(f"flakemark: {problem}", file=sys.stderr)
    tests = _chosen(arguments, ingested, settings.root)
    if not tests and ingested.problems and not ingested.order:
        return 2  # nothing could be read
    wanted = {test.nodeid for test in tests}
    recorded, unusable = read_recorded(arguments.traces, wanted) if arguments.traces is not None else ({}, ())
    for problem in unusable:
        print(f"flakemark: {problem}", file=sys.stderr)
    diagnoses: list[Diagnosis] = []
    progress = TerminalProgress(sys.stderr, settings.budget)
    interrupted = _fill(diagnoses, diagnose(settings, tests, progress, ingested.order, recorded=recorded))
    report = Report(
        version=__version__, python=_version_of(settings.python), root=settings.root.name, tests=tuple(diagnoses), notes=ingested.problems
    )
    try:
        _write(arguments, report)
    finally:  # a report that cannot be written must not cost the finding
        _print(diagnoses, interrupted=interrupted, total=len(tests))
    return INTERRUPTED if interrupted else _exit_code(diagnoses)


def _settings(arguments: argparse.Namespace) -> Settings:
    root: Path = arguments.root.resolve()
    if not root.is_dir():
        raise UsageError(f"--root {arguments.root}: no such folder")
    return Settings(
        root=root, python=arguments.python, runs=arguments.runs, timeout=arguments.timeout, budget=arguments.budget,
        pytest_args=tuple(arguments.pytest_args), report=str(arguments.json or "report.json"),
    )  # fmt: skip


def _ingest(arguments: argparse.Namespace, root: Path) -> Ingested:
    if not arguments.junit and not arguments.nodeids:
        raise UsageError("nothing to diagnose: name tests by their node ids, or JUnit reports with --junit")
    return read_reports([_absolute(pattern) for pattern in arguments.junit], root) if arguments.junit else Ingested((), (), ())


def _absolute(pattern: str) -> str:
    """A pattern that matches from the current directory is meant so; otherwise it is relative to the root."""
    path = Path(pattern)
    return str(path.resolve()) if not path.is_absolute() and path.exists() else pattern


def _chosen(arguments: argparse.Namespace, ingested: Ingested, root: Path) -> list[FailedTest]:
    reported = {test.nodeid: test for test in ingested.failed}
    if not arguments.nodeids:
        return list(ingested.failed)
    wanted = [NodeId(name) for name in arguments.nodeids]
    for name in wanted:
        if "::" not in name:
            raise UsageError(f"{name}: not a node id; write it as pytest does, e.g. tests/test_shop.py::test_total")
        if not (root / name.split("::")[0]).is_file():
            raise UsageError(f"{name}: no such file below {root}; node ids are relative to the project (--root)")
    return [reported.get(name, FailedTest(nodeid=name)) for name in wanted]


def _fill(diagnoses: list[Diagnosis], coming: Iterable[Diagnosis]) -> bool:
    """Collect what comes; True if interrupted."""
    try:
        diagnoses.extend(coming)
    except KeyboardInterrupt:
        return True
    return False


def _version_of(python: str) -> str:
    if python == sys.executable:
        return ".".join(str(part) for part in sys.version_info[:3])
    try:
        done = subprocess.run(
            [python, "-c", "import sys; print(sys.version.split()[0])"], capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise UsageError(f"--python {python}: cannot be run ({type(error).__name__})") from error
    return done.stdout.strip()


def _write(arguments: argparse.Namespace, report: Report) -> None:
    writers = {"html": render_html, "markdown": render_markdown, "sarif": render_sarif}
    try:
        if arguments.json is not None:
            write_report(arguments.json, report)
        for kind, render in writers.items():
            path = getattr(arguments, kind)
            if path is not None:
                write_text(path, render(report))
    except OSError as error:
        raise UsageError(f"{error.filename or 'report'}: cannot be written ({error.strerror}); choose another place") from error


def _print(diagnoses: list[Diagnosis], *, interrupted: bool, total: int) -> None:
    for diagnosis in diagnoses:
        print(render_text(diagnosis))
    if interrupted:
        print(f"flakemark: interrupted: {len(diagnoses)} of {total} tests were diagnosed", file=sys.stderr)
    elif not total:
        print("flakemark: no failed test to diagnose")


def _exit_code(diagnoses: list[Diagnosis]) -> int:
    broken = [diagnosis for diagnosis in diagnoses if diagnosis.verdict is Verdict.ERROR]
    return 3 if broken and len(broken) == len(diagnoses) else 0
