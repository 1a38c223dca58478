"""A job with fakes at its edges: the tracer, GitHub, the runner's files."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flakebot.compose import HeadLines, Places, Redactor
from flakebot.event import Activities, Context
from flakebot.experiment import Tools
from flakebot.pipeline import Job
from flakebot.processes import Finished
from flakebot.reports import ReportFiles
from flakebot.results import Reviewed, Uploaded
from flakebot.runner import Log, RunnerFiles
from flakebot.settings import load_settings
from flakemark.model import (
    Diagnosis,
    Evidence,
    FailedTest,
    NodeId,
    Report,
    Verdict,
)  # fmt: skip
from flakemark.report.document import dumps

JUNIT = """<testsuites><testsuite name="pytest" tests="2">
<testcase classname="tests.test_a" name="test_one"><failure message="assert 1 == 2">tests/test_a.py:2: AssertionError</failure></testcase>
<testcase classname="tests.test_a" name="test_two" time="0.1"/>
</testsuite></testsuites>"""
ONE = NodeId("tests/test_a.py::test_one")
CONTEXT = Context(
    repository="shop/shop", event="pull_request", number=5, head_sha="abc", head_repository="shop/shop", actor="ada",
    server_url="https://github.example", api_url="https://api.github.example", run_id="77", attempt=2, job="unit tests",
)  # fmt: skip


def diagnosed(verdict: Verdict = Verdict.CONSISTENT_FAILURE, **values: object) -> Report:
    test = Diagnosis(nodeid=ONE, verdict=verdict, evidence=Evidence(4, 0, 4), **values)  # type: ignore[arg-type]
    return Report(version="0.1.0", python="3.12.1", root="x", tests=(test,))


@dataclass
class Tracer:
    """Stands for the programs that are started: an interpreter that is asked for pytest, and the tracer."""

    report: Report
    code: int = 0
    breaks: str = ""
    commands: list[tuple[str, ...]] = field(default_factory=list)
    environs: list[Mapping[str, str]] = field(default_factory=list)

    def run(
        self,
        command: Sequence[str],
        *,
        environ: Mapping[str, str],
        cwd: Path,
        timeout: float,
        on_line: Callable[[str], None],
        only_errors: bool = False,
    ) -> Finished:
        self.commands.append(tuple(command))
        self.environs.append(environ)
        if "--json" in command and self.code != 2:
            Path(command[command.index("--json") + 1]).write_text(dumps(self.report))
        if self.breaks and self.breaks in command:
            return Finished(1, ("broken",))
        return Finished(self.code if "--json" in command else 0, ("flakemark: told",))


@dataclass
class Published:
    """Stands for GitHub; remembers what came."""

    uploads: list[tuple[str, list[str], int | None]] = field(default_factory=list)
    reviews: list[Report] = field(default_factory=list)
    failed: list[FailedTest] = field(default_factory=list)
    lines: HeadLines | None = None

    def upload(self, files: ReportFiles, name: str, retention_days: int | None) -> Uploaded:
        self.uploads.append((name, [path.name for path in files.files], retention_days))
        return Uploaded("9", "https://github.example/artifact")

    def review(self, report: Report, failed: Mapping[NodeId, FailedTest], places: Places) -> Reviewed:
        assert places.artifact_url == "https://github.example/artifact"
        self.reviews.append(report)
        self.failed += failed.values()
        return Reviewed("https://github.example/review", lines=self.lines)

    def look(self, report: Report, failed: Mapping[NodeId, FailedTest], places: Places) -> Reviewed:
        return Reviewed(head_sha="f" * 40, lines=self.lines)


class World:
    """A job whose edges are fakes."""

    def __init__(self, tmp_path: Path) -> None:
        self.workspace, self.work = tmp_path / "shop", tmp_path / "work"
        (self.workspace / "tests").mkdir(parents=True)
        (self.workspace / "tests" / "test_a.py").write_text("def test_one():\n    assert 1 == 2\n\ndef test_two():\n    pass\n")
        (self.workspace / "junit.xml").write_text(JUNIT)
        self.home = tmp_path / "home"
        self.work.mkdir()
        self.home.mkdir()
        self.stream, self.tracer, self.published = io.StringIO(), Tracer(diagnosed()), Published()
        self.inputs = {"junit": "junit.xml", "python-version": sys.executable}
        self.activities, self.environ = Activities(True, True), {"HOME": str(tmp_path), "DEPLOY_TOKEN": "hunter2hunter2", "PATH": "/bin"}
        self.secrets: list[str] = []
        self.files = RunnerFiles(tmp_path / "output", tmp_path / "summary")

    def fresh(self) -> None:
        """Another invocation has another folder to work in."""
        self.work = self.work.with_name("work-2")
        self.work.mkdir()

    def job(self) -> Job:
        redact = Redactor(["hunter2hunter2", *self.secrets])
        tools = Tools(
            processes=self.tracer, system=self.tracer, uv="uv", library=self.work, home=self.home, work=self.work, environ=self.environ
        )  # fmt: skip
        return Job(
            settings=load_settings({f"INPUT_{name.upper()}": value for name, value in self.inputs.items()}, self.workspace),
            context=CONTEXT,
            activities=self.activities,
            workspace=self.workspace,
            tools=tools,
            log=Log(self.stream, redact),
            files=self.files,
            publisher=self.published,
            redact=redact,
        )

    def outputs(self) -> dict[str, str]:
        assert self.files.output is not None
        lines = self.files.output.read_text().splitlines()
        return {first.partition("<<")[0]: value for first, value in zip(lines[::3], lines[1::3], strict=True)}

    def summary(self) -> str:
        assert self.files.summary is not None
        return self.files.summary.read_text()
