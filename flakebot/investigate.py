"""Diagnose failed tests: one child process in the project's environment runs the tracer on the copied tree."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import flakemark
from flakebot.environment import Interpreter
from flakebot.errors import EnvironmentBroken, UsageError
from flakebot.processes import Finished, Processes
from flakebot.sandbox import open_untrusted
from flakebot.selection import Selection, notes
from flakebot.settings import Settings
from flakemark.errors import UsageError as UnreadableReport
from flakemark.model import Diagnosis, Evidence, FailedTest, Report, Verdict
from flakemark.report.document import read_report

# -I keeps the current folder and PYTHONPATH out, so that the project cannot stand in front of the tracer.
_START = "import sys; sys.path.insert(0, {lib!r}); from flakemark.__main__ import main; sys.exit(main(sys.argv[1:]))"
_MARGIN_S = 120.0
_SHOWN_LINES = 8
_INDEX = "index.jsonl"  # as the recorder writes it
_NO_SERVICE = re.compile(
    r"ConnectionRefused\w*|Connection refused|Name or service not known|Temporary failure in name resolution|could not translate host name"
    r"|Can't connect to (?:local )?\w+ server|No such host",
    re.IGNORECASE,
)
_MAX_INDEX = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Laboratory:
    """Where and with what the tests are run.

    Attributes:
        interpreter: of the project's environment.
        library: folder that holds the package flakemark and nothing else.
        root: the project folder in the copied tree.
        output: folder for the tracer's report, outside of that tree.
        environ: the scrubbed environment of the tests.
        processes: starts programs.
        on_line: gets the tracer's progress.
    """

    interpreter: Interpreter
    library: Path
    root: Path
    output: Path
    environ: Mapping[str, str]
    processes: Processes
    on_line: Callable[[str], None]


def place_library(folder: Path) -> Path:
    """Copy the package flakemark alone into a folder, so that nothing else of ours reaches the user's process.

    Args:
        folder: is made.

    Returns:
        The folder, to be put on `sys.path`.
    """
    source = Path(flakemark.__file__).parent
    shutil.copytree(source, folder / "flakemark", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def investigate(tests: Sequence[FailedTest], settings: Settings, laboratory: Laboratory) -> Report:
    """Run the tracer on some tests and return its report.

    Args:
        tests: at least one.
        settings: gives runs, timeout, budget, recorded traces and pytest's arguments.
        laboratory: where.

    Raises:
        EnvironmentBroken: if the tracer wrote no readable report: the project's tests cannot be run at all.
        UsageError: if the tracer refused what it was given.
    """
    problem = unusable_traces(laboratory.root, settings.traces) if settings.traces else ""
    if problem:
        laboratory.on_line(problem)
        settings = replace(settings, traces="")
    report = _without_services(_diagnose(tests, settings, laboratory), tests)
    return replace(report, notes=(*report.notes, problem)) if problem else report


def not_run(selection: Selection) -> Report:
    """Return a report of what is not run: a diagnosis for each module that could not be collected, notes for the rest."""
    return replace(_empty(), tests=tuple(map(_uncollected, selection.uncollected)), notes=tuple(notes(selection)))


def unusable_traces(root: Path, folder: str) -> str:
    """Say in one line why no diagnosis can start from a folder of traces, "" if it can.

    The tracer refuses to start with such a folder; whoever wrote the pull request may have written it, and shall not stop
    the diagnosis by that.

    Args:
        root: the project folder in the copied tree.
        folder: relative to it.
    """
    if not (root / folder).is_dir():
        return f"input traces: no such folder {folder!r}; the diagnosis does without recorded traces"
    try:
        with os.fdopen(open_untrusted(root / folder / _INDEX), "rb") as file:
            content = file.read(_MAX_INDEX + 1)
    except OSError as error:
        why = "holds no index.jsonl" if isinstance(error, FileNotFoundError) else f"its index cannot be read ({error.strerror})"
        return f"input traces: {folder!r}: {why}; was pytest run with --flakemark-record? The diagnosis does without recorded traces"
    if len(content) > _MAX_INDEX or not content.isascii():
        return f"input traces: {folder!r}: its index.jsonl is not one of ours; the diagnosis does without recorded traces"
    return ""


def command(nodeids: Sequence[str], settings: Settings, laboratory: Laboratory, output: Path) -> list[str]:
    """Return the command line of the tracer."""
    start = _START.format(lib=str(laboratory.library))
    return [
        str(laboratory.interpreter.python), "-I", "-c", start, "diagnose", *nodeids,
        *(word for pattern in settings.junit for word in ("--junit", pattern)),
        "--root", str(laboratory.root), "--runs", str(settings.runs), "--timeout", f"{settings.timeout:g}",
        "--budget", f"{settings.budget:g}", "--json", str(output),
        *(("--traces", str(laboratory.root / settings.traces)) if settings.traces else ()),
        *(("--", *settings.pytest_args) if settings.pytest_args else ()),
    ]  # fmt: skip


def _diagnose(chosen: Sequence[FailedTest], settings: Settings, laboratory: Laboratory) -> Report:
    nodeids = [test.nodeid for test in chosen]
    output = laboratory.output / "report.json"
    try:
        done = laboratory.processes.run(
            command(nodeids, settings, laboratory, output),
            environ=laboratory.environ, cwd=laboratory.root, on_line=laboratory.on_line, only_errors=True,
            timeout=settings.budget * len(nodeids) + settings.timeout + _MARGIN_S,
        )  # fmt: skip
    except OSError as error:
        raise EnvironmentBroken(
            f"the project's Python cannot be started: {laboratory.interpreter.python} ({error.strerror or error})"
        ) from None
    if done.code == 2:
        raise UsageError(_told("the tracer refused its input", done))
    return _read(output, done)


def _read(output: Path, done: Finished) -> Report:
    try:
        os.close(open_untrusted(output))  # nothing runs any more that could put another file there
        report = read_report(output)
    except (OSError, UnreadableReport) as error:
        why = "ran out of time" if done.timed_out else f"ended with exit code {done.code}"
        problem = f"the project's tests could not be run: the tracer {why} without a readable report ({error})"
        raise EnvironmentBroken(_told(problem, done)) from None
    if done.timed_out:
        return replace(report, notes=(*report.notes, "the tracer ran out of time; what it found until then is reported"))
    return report


def untested(tests: Sequence[FailedTest], problem: str) -> Report:
    """Return a report of tests that could not be run, because their environment could not be made."""
    made = (Diagnosis(nodeid=test.nodeid, verdict=Verdict.ERROR, notes=(problem,)) for test in tests)
    return replace(_empty(), tests=tuple(made))


def _without_services(report: Report, tests: Sequence[FailedTest]) -> Report:
    """A test that finds no service here, and found it in the job, fails for a reason of its own: that says nothing about it."""
    messages = {test.nodeid: test.message for test in tests}
    return replace(report, tests=tuple(_judged(test, messages.get(test.nodeid, "")) for test in report.tests))


def _judged(test: Diagnosis, message: str) -> Diagnosis:
    found = next((match for note in test.notes if (match := _NO_SERVICE.search(note))), None)
    if test.verdict is not Verdict.CONSISTENT_FAILURE or found is None or _NO_SERVICE.search(message):
        return test
    note = (
        f"{found[0]}: the services of the job are out of reach in the action's container, so this failure is not that of the job; run the "
        "tracer in the job itself and publish its report (docs/environment.md)"
    )
    return replace(test, verdict=Verdict.ERROR, notes=(note, *test.notes))


def _told(problem: str, done: Finished) -> str:
    last = [line.strip() for line in done.tail if line.strip()][-_SHOWN_LINES:]
    return "\n".join([f"{problem}:" if last else problem, *(f"  {line}" for line in last)])


def _uncollected(test: FailedTest) -> Diagnosis:
    attempts = Evidence(test.attempts, test.attempts - test.failures, test.failures)
    message = " ".join(test.message.split())[:500]
    note = f"pytest could not collect it, so there is no test to run: {message or 'collection failure'}"
    return Diagnosis(nodeid=test.nodeid, verdict=Verdict.ERROR, evidence=attempts, notes=(note,))


def _empty() -> Report:
    return Report(version=flakemark.__version__, python="", root="", tests=())
