"""Files in and out: JUnit reports of the failed job, JSON reports made elsewhere, and the reports that we leave behind."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO
from xml.etree.ElementTree import Element

import defusedxml.ElementTree

from flakebot.errors import UsageError
from flakebot.sandbox import give_to_owner
from flakemark.errors import UsageError as FileTrouble
from flakemark.ingest import read_reports
from flakemark.model import Diagnosis, Ingested, NodeId, Report, Verdict
from flakemark.report.document import read_report, write_report, write_text
from flakemark.report.html import render_html
from flakemark.report.markdown import render_markdown

FOLDER = "flakemark-reports"
JSON = "report.json"
MAX_REPORTS = 500
MAX_TRACES, MAX_TRACES_BYTES = 200, 64 * 1024 * 1024
_TRACE = re.compile(r"[\w.=+@-]{1,200}\.(?:trace|jsonl)", re.ASCII)  # names that the artifact service takes


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """What was written, in a folder of the workspace.

    Attributes:
        folder: the folder.
        json: the report itself, the one that `flakemark replay` takes.
        files: all of them.
    """

    folder: Path
    json: Path
    files: tuple[Path, ...]


def read_junit(patterns: Sequence[str], root: Path, workspace_map: tuple[str, str] | None) -> Ingested:
    """Read the JUnit reports of the failed job, which the pull request's author may have written.

    Args:
        patterns: paths and globs, relative to the root.
        root: the project folder in the workspace.
        workspace_map: prefix of absolute paths on the runner's host, and the folder here that it stands for.

    Raises:
        UsageError: if none of them can be read.
    """
    ingested = read_reports(patterns, root, parse=_parse, workspace_map=workspace_map)
    if ingested.problems and not ingested.order and not ingested.failed:
        raise UsageError("\n".join(ingested.problems))
    return ingested


def read_made_elsewhere(patterns: Sequence[str], workspace: Path) -> tuple[Report, ...]:
    """Read JSON reports of other jobs; one that is broken becomes a note of an empty report.

    Args:
        patterns: paths and globs inside the workspace, relative to it.
        workspace: the repository.

    Raises:
        UsageError: if there is no report to read.
    """
    paths = sorted({path for pattern in patterns for path in _matching(pattern, workspace)})
    if not paths:
        raise UsageError(f"no report matches {', '.join(patterns)}; check the input reports and that the other jobs uploaded theirs")
    found = tuple(_read(path, workspace) for path in paths[:MAX_REPORTS])
    if len(paths) > MAX_REPORTS:
        note = f"{len(paths)} reports match {', '.join(patterns)}; the first {MAX_REPORTS} were read"
        found = (*found, Report(version="", python="", root="", tests=(), notes=(note,)))
    if not any(report.version for report in found):
        raise UsageError("\n".join(note for report in found for note in report.notes))
    return found


def merge(reports: Sequence[Report], notes: Iterable[str], root: str) -> Report:
    """Return one report of several; of a test that occurs twice the diagnosis that says most stays.

    Args:
        reports: in order; the first one that ran anything says which Python it was.
        notes: of this invocation.
        root: name of the project.
    """
    tests: dict[NodeId, Diagnosis] = {}
    for test in (test for report in reports for test in report.tests):
        if test.nodeid not in tests or _weight(test) > _weight(tests[test.nodeid]):
            tests[test.nodeid] = replace(test, reproduce=_reproduce(test))
    said = dict.fromkeys([*notes, *(note for report in reports for note in report.notes)])
    first = next((report for report in reports if report.python), Report(version="", python="", root="", tests=()))
    version = next((report.version for report in reports if report.version), "")
    return replace(first, version=version, root=root, tests=tuple(tests.values()), notes=tuple(said))


def _reproduce(test: Diagnosis) -> str:
    """The command for the report that people get; the one that the tracer wrote is gone when they read it."""
    return f"flakemark replay {JSON} {shlex.quote(test.nodeid)}" if test.reproduce.startswith("flakemark replay ") else test.reproduce


def _weight(test: Diagnosis) -> tuple[bool, float, int]:
    """A cause says more than none, a likelier one more than another, and then what was seen counts."""
    seen = (Verdict.ERROR, Verdict.NOT_REPRODUCED, Verdict.CONSISTENT_FAILURE, Verdict.FLAKY)
    return test.cause is not None, test.cause.confidence if test.cause else 0.0, seen.index(test.verdict)


def write_reports(report: Report, workspace: Path) -> ReportFiles:
    """Write JSON, HTML and Markdown into a folder of the workspace, owned by whoever owns that.

    Raises:
        UsageError: if the workspace cannot be written.
    """
    folder = workspace / FOLDER
    if folder.is_symlink() or folder.is_file():  # of the repository, and not where its author would have us write
        folder.unlink()
    files = (folder / JSON, folder / "report.html", folder / "report.md")
    try:
        write_report(files[0], report)
        write_text(files[1], render_html(report))
        write_text(files[2], render_markdown(report))
    except FileTrouble as error:
        raise UsageError(str(error)) from None
    give_to_owner(folder, workspace)
    return ReportFiles(folder, files[0], files)


def add_traces(written: ReportFiles, traces: Path, workspace: Path, redact: Callable[[str], str]) -> ReportFiles:
    """Put the recorded traces of the failed job beside the reports, without the secrets that we know.

    Args:
        written: from `write_reports`.
        traces: their folder; whoever wrote the pull request may have written it. Links are passed over, and so is what goes
            beyond a number and a size.
        workspace: the repository; the folder must lie inside.
        redact: takes secrets out of a text.
    """
    target = written.folder / "traces"
    if target.is_symlink() or target.is_file():
        target.unlink()
    found, room = [], MAX_TRACES_BYTES
    for path in sorted(_ordinary(traces, workspace))[:MAX_TRACES]:
        room -= path.stat().st_size
        if room >= 0:
            write_text(target / path.name, redact(path.read_text(encoding="utf-8", errors="replace")))
            found.append(target / path.name)
    if found:
        give_to_owner(target, workspace)
    return replace(written, files=(*written.files, *found))


def _ordinary(folder: Path, workspace: Path) -> Iterable[Path]:
    if folder.is_dir() and folder.resolve() == workspace.resolve() / folder.relative_to(workspace):
        return [path for path in folder.iterdir() if path.is_file() and not path.is_symlink() and _TRACE.fullmatch(path.name)]
    return []


def _parse(file: BinaryIO) -> Element:
    root = defusedxml.ElementTree.parse(file, forbid_dtd=True).getroot()
    assert root is not None  # a document without a root element does not parse
    return root


def _matching(pattern: str, workspace: Path) -> Iterable[Path]:
    real = workspace.resolve()
    path = Path(pattern)
    if path.is_absolute() or ".." in path.parts:
        if path.is_absolute() and path.is_file():
            yield path
        return
    for found in sorted(workspace.glob(pattern)):
        inside = found.resolve().is_relative_to(real)
        if inside and found.is_dir():
            yield from sorted(one for one in found.glob("*.json") if one.is_file() and one.resolve().is_relative_to(real))
        elif inside and found.is_file():
            yield found


def _read(path: Path, workspace: Path) -> Report:
    try:
        return read_report(path)
    except FileTrouble as error:
        text = str(error).replace(f"{workspace}{os.sep}", "")
        return Report(version="", python="", root="", tests=(), notes=(text,))
