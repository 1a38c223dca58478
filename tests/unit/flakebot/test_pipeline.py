"""The story of `flakebot run` with fakes at its edges: what is told where, and how it ends."""

from __future__ import annotations

import base64
import html
import io
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote
from xml.sax.saxutils import escape

import pytest

from flakebot.compose import HeadLines, Places, Redactor
from flakebot.errors import EnvironmentBroken, UsageError
from flakebot.event import Activities, Context
from flakebot.experiment import Tools
from flakebot.pipeline import OUTPUTS, Job, artifact_name, exit_code, outputs, run
from flakebot.processes import Finished
from flakebot.reports import ReportFiles
from flakebot.results import Reviewed, Uploaded
from flakebot.runner import Log, RunnerFiles
from flakebot.settings import Finding, load_settings
from flakemark.model import (
    Category,
    Cause,
    ChainLink,
    Diagnosis,
    DivergenceType,
    Evidence,
    FailedTest,
    NodeId,
    Report,
    Status,
    Verdict,
)  # fmt: skip
from flakemark.report.document import dumps, read_report

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


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_failed_job_becomes_reports_artifact_review_summary_annotations_and_outputs(world: World) -> None:
    assert run(world.job()) == 0
    assert world.published.uploads == [("flakemark-unit-tests-2", ["report.json", "report.html", "report.md"], None)]
    assert len(world.published.reviews) == 1
    assert "they run as the user of this program, and reach what that user can reach" in world.stream.getvalue()
    assert "fails in every run" in world.summary()
    assert "::error file=tests/test_a.py,line=2," in world.stream.getvalue()
    assert world.outputs() == {
        "flaky": "0", "confirmed": "0", "consistent-failures": "1", "not-reproduced": "0", "report": "flakemark-reports/report.json",
        "artifact-id": "9", "artifact-url": "https://github.example/artifact", "review-url": "https://github.example/review",
    }  # fmt: skip
    assert read_report(world.workspace / "flakemark-reports" / "report.json").root == "shop"


def test_the_tracer_gets_the_failed_tests_and_no_secret(world: World) -> None:
    run(world.job())
    diagnose = world.tracer.commands[-1]
    assert diagnose[diagnose.index("diagnose") + 1] == ONE
    assert diagnose[diagnose.index("--root") + 1] == str(world.work / "tree" / "shop")
    assert all("hunter2hunter2" not in environ.values() for environ in world.tracer.environs)


# Escaping for Markdown, HTML, JSON and workflow commands changes every part of it.
ODD = 'p%4:s,*w_<d>&"q"`x|y'
FORMS = {
    "raw": ODD,
    "base64": base64.b64encode(f"user:{ODD}".encode()).decode(),
    "url": quote(ODD, safe=""),
    "json": json.dumps(ODD),
    "repr": repr(ODD),
}


@pytest.mark.parametrize("form", FORMS)
def test_no_secret_leaves_the_job_whatever_its_form(world: World, form: str) -> None:
    text = f"got {FORMS[form]} end"
    cause = Cause(
        file="tests/test_a.py", line=2, end_line=2, function=text, source=text, divergence_type=DivergenceType.VALUE_MISMATCH,
        category=Category.ENVIRONMENT, status=Status.CORRELATED, confidence=0.6, title=text, detail=text,
    )  # fmt: skip
    link = ChainLink(file="tests/test_a.py", line=2, function=text, source=text, passing=text, failing=text)
    world.secrets.append(ODD)
    world.tracer.report = diagnosed(Verdict.FLAKY, cause=cause, candidates=(cause,), chain=(link,), notes=(text,))
    (world.workspace / "junit.xml").write_text(JUNIT.replace("assert 1 == 2", escape(text, {'"': "&quot;"})))
    run(world.job())
    told = [world.stream.getvalue(), world.summary(), repr(world.published.reviews), repr(world.published.failed)]
    written = [path.read_text() for path in (world.workspace / "flakemark-reports").iterdir()]
    assert all("end" in one for one in (*told, *written))
    assert [one for one in (*told, *written) for piece in pieces(FORMS[form]) if piece in html.unescape(one)] == []


def pieces(secret: str) -> list[str]:
    """Parts that are long enough to give it away, whatever was escaped between them."""
    return [secret[at : at + 8] for at in range(6, len(secret) - 14)] if len(secret) > 24 else [secret[:8], secret[-8:], "s,*w_", "w_<d>"]


def test_mode_diagnose_posts_no_review_and_says_so(world: World) -> None:
    world.inputs["mode"] = "diagnose"
    assert run(world.job()) == 0
    assert world.published.reviews == []
    assert "no review is posted: the input mode is diagnose" in world.summary()


def test_where_no_review_may_be_posted_the_reason_is_in_the_summary(world: World) -> None:
    world.activities = Activities(True, False, ("no review is posted on the pull request of a fork",))
    assert run(world.job()) == 0
    assert world.published.reviews == []
    assert "pull request of a fork" in world.summary()


def test_where_nothing_is_posted_a_token_that_can_read_tells_the_lines_of_the_head(world: World) -> None:
    world.inputs |= {"mode": "diagnose", "github-token": "hunter2hunter2"}
    world.published.lines = {("tests/test_a.py", 2): 33}
    assert run(world.job()) == 0
    assert "::error file=tests/test_a.py,line=33," in world.stream.getvalue()


def test_without_a_token_nobody_looks(world: World) -> None:
    world.activities = Activities(True, False, ("no review is posted: the input github-token is empty",))
    world.published.lines = {("tests/test_a.py", 2): 33}
    assert run(world.job()) == 0
    assert "::error file=tests/test_a.py,line=2," in world.stream.getvalue()


def test_the_lines_that_publishing_has_looked_up_are_those_of_annotations(world: World) -> None:
    world.published.lines = {("tests/test_a.py", 2): 33}
    assert run(world.job()) == 0
    assert len(world.published.reviews) == 1
    assert "::error file=tests/test_a.py,line=33," in world.stream.getvalue()


def test_where_no_test_may_be_run_none_is_run(world: World) -> None:
    world.activities = Activities(False, True, ("no test is run for pull_request_target",))
    with pytest.raises(UsageError, match="no test is run for pull_request_target"):
        run(world.job())
    assert world.tracer.commands == []
    assert "no test is run" in world.summary()


def test_mode_publish_runs_nothing_and_merges_what_others_found(world: World) -> None:
    world.inputs |= {"mode": "publish", "reports": "parts/*.json"}
    (world.workspace / "parts").mkdir()
    other = replace(diagnosed().tests[0], nodeid=NodeId("tests/test_a.py::test_two"))
    (world.workspace / "parts" / "a.json").write_text(dumps(diagnosed()))
    (world.workspace / "parts" / "b.json").write_text(dumps(replace(diagnosed(), tests=(other, diagnosed().tests[0]))))
    (world.workspace / "parts" / "c.json").write_text("{}")
    world.activities = Activities(False, True, ("no test is run for pull_request_target",))
    assert run(world.job()) == 0
    assert world.tracer.commands == []
    (report,) = world.published.reviews
    assert [test.nodeid for test in report.tests] == [ONE, other.nodeid]
    assert len(report.notes) == 1
    assert report.notes[0].startswith("parts/c.json: not a report of flakemark")


def test_reports_outside_of_the_workspace_are_not_read(world: World) -> None:
    world.inputs |= {"mode": "publish", "reports": "../*.json\nlink.json"}
    (world.workspace.parent / "outside.json").write_text(dumps(diagnosed()))
    (world.workspace / "link.json").symlink_to(world.workspace.parent / "outside.json")
    with pytest.raises(UsageError, match="no report matches"):
        run(world.job())


def test_a_report_without_failures_is_no_reason_to_run_anything(world: World) -> None:
    (world.workspace / "junit.xml").write_text(JUNIT.replace("<failure", "<system-out").replace("</failure", "</system-out"))
    assert run(world.job()) == 0
    assert world.tracer.commands == []
    assert "no tests" in world.summary()


def test_unreadable_input_is_told_in_the_summary_too(world: World) -> None:
    (world.workspace / "junit.xml").write_text("<nope")
    with pytest.raises(UsageError, match=r"junit\.xml: "):
        run(world.job())
    assert "junit.xml" in world.summary()
    assert set(world.outputs()) == set(OUTPUTS)


def test_tests_that_could_not_be_run_at_all_end_with_exit_code_3_and_are_published(world: World) -> None:
    world.tracer = Tracer(diagnosed(Verdict.ERROR, notes=("no module named psycopg",)), 3)
    assert run(world.job()) == 3
    assert "no module named psycopg" in world.summary()


def test_a_broken_environment_is_told_in_the_summary_too(world: World) -> None:
    world.inputs["python-version"] = "/nowhere/python"
    world.tracer.run = _not_started  # type: ignore[method-assign]
    with pytest.raises(EnvironmentBroken, match="cannot be started"):
        run(world.job())
    assert "cannot be started" in world.summary()
    assert "::error title=The failed tests were not diagnosed" in world.stream.getvalue()


def test_an_installation_that_fails_is_told_with_its_last_lines(world: World) -> None:
    del world.inputs["python-version"]
    world.inputs["install"] = "make it"
    world.tracer.breaks = "make it"
    with pytest.raises(EnvironmentBroken, match="failed with exit code 1; its last lines:\n  broken"):
        run(world.job())
    assert "its last lines:\n  broken" in world.summary()
    assert set(world.outputs()) == set(OUTPUTS)


def _not_started(*_: object, **__: object) -> Finished:
    raise FileNotFoundError(2, "No such file or directory")


def test_a_folder_that_does_not_exist_is_named(world: World) -> None:
    world.inputs |= {"working-directory": "service", "junit": str(world.workspace / "junit.xml")}
    with pytest.raises(UsageError, match="no such folder 'service'"):
        run(world.job())


def test_the_reports_folder_is_never_a_link_of_the_repository(world: World) -> None:
    target = world.workspace.parent / "elsewhere"
    target.mkdir()
    (world.workspace / "flakemark-reports").symlink_to(target)
    run(world.job())
    assert list(target.iterdir()) == []


@pytest.mark.parametrize(
    ("verdict", "fail_on", "code"),
    [
        (Verdict.FLAKY, set(), 0),
        (Verdict.FLAKY, {Finding.FLAKY}, 1),
        (Verdict.FLAKY, {Finding.CONFIRMED, Finding.NOT_REPRODUCED}, 0),
        (Verdict.CONSISTENT_FAILURE, {Finding.CONSISTENT_FAILURE}, 1),
        (Verdict.NOT_REPRODUCED, {Finding.NOT_REPRODUCED}, 1),
        (Verdict.ERROR, {Finding.ERROR}, 3),
    ],
)
def test_findings_fail_the_step_only_if_asked_for(verdict: Verdict, fail_on: set[Finding], code: int) -> None:
    assert exit_code(diagnosed(verdict), frozenset(fail_on)) == code


def test_outputs_are_those_of_the_action() -> None:
    assert tuple(outputs(diagnosed(), "r.json", Uploaded(), Reviewed())) == OUTPUTS


def test_artifacts_of_shards_and_attempts_do_not_exclude_each_other(world: World) -> None:
    world.inputs["shard"] = "2/8"
    assert artifact_name(world.job().settings, CONTEXT) == "flakemark-unit-tests-2-of-8-2"
    world.inputs["artifact-name"] = "mine"
    assert artifact_name(world.job().settings, CONTEXT) == "mine"


def test_recorded_traces_are_in_the_artifact_only_on_request_and_without_secrets(world: World) -> None:
    traces = world.workspace / "traces"
    traces.mkdir()
    (traces / "index.jsonl").write_text('{"secret": "hunter2hunter2"}\n')
    (traces / "a-1.trace").write_text("[]\n")
    (traces / "evil:name.trace").write_text("[]\n")
    (traces / "link.trace").symlink_to("/etc/passwd")
    world.inputs["traces"] = "traces"
    run(world.job())
    assert world.published.uploads[0][1] == ["report.json", "report.html", "report.md"]
    world.inputs["upload-traces"] = "true"
    world.fresh()
    run(world.job())
    assert world.published.uploads[1][1] == ["report.json", "report.html", "report.md", "a-1.trace", "index.jsonl"]
    assert (world.workspace / "flakemark-reports" / "traces" / "index.jsonl").read_text() == '{"secret": "***"}\n'


def test_traces_outside_of_the_workspace_are_not_uploaded(world: World, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.trace").write_text("x")
    (world.workspace / "traces").symlink_to(tmp_path / "elsewhere")
    (world.workspace / "flakemark-reports").mkdir()
    (world.workspace / "flakemark-reports" / "traces").symlink_to(tmp_path / "elsewhere")
    world.inputs |= {"traces": "traces", "upload-traces": "true"}
    run(world.job())
    assert world.published.uploads[0][1] == ["report.json", "report.html", "report.md"]


RULES = """
paths:
  tests/test_a.py: {budget: 200, install: make it}
  tests/test_b.py: {ignore: true}
"""


def test_rules_for_paths_decide_about_ignoring_budget_and_installation(world: World) -> None:
    (world.workspace / ".github").mkdir()
    (world.workspace / ".github" / "flakebot.yml").write_text(RULES)
    more = "".join(
        f'<testcase classname="tests.{name}" name="test_x"><failure message="{name}">x</failure></testcase>'
        for name in ("test_b", "test_c")
    )
    (world.workspace / "junit.xml").write_text(JUNIT.replace("</testsuite>", f"{more}</testsuite>"))
    for name in ("test_b", "test_c"):
        (world.workspace / "tests" / f"{name}.py").write_text("def test_x():\n    assert 0\n")
    del world.inputs["python-version"]
    assert run(world.job()) == 0
    diagnosed_there = [command for command in world.tracer.commands if "--json" in command]
    assert [(command[command.index("diagnose") + 1], command[command.index("--budget") + 1]) for command in diagnosed_there] == [
        (ONE, "200"), ("tests/test_c.py::test_x", "60"),
    ]  # fmt: skip
    assert [command[-1] for command in world.tracer.commands if "pipefail" in command] == ["make it"]
    assert diagnosed_there[0][0] != diagnosed_there[1][0]  # an environment of its own
    assert "1 failed tests are ignored by the configuration file: tests/test_b.py::test_x" in world.summary()


def test_a_broken_environment_of_some_tests_leaves_the_others_their_diagnosis(world: World) -> None:
    (world.workspace / ".github").mkdir()
    (world.workspace / ".github" / "flakebot.yml").write_text("paths: {tests/test_c.py: {install: broken}}\n")
    more = '<testcase classname="tests.test_c" name="test_x"><failure message="c">x</failure></testcase></testsuite>'
    (world.workspace / "junit.xml").write_text(JUNIT.replace("</testsuite>", more))
    (world.workspace / "tests" / "test_c.py").write_text("def test_x():\n    assert 0\n")
    del world.inputs["python-version"]
    world.tracer.breaks = "broken"
    assert run(world.job()) == 0
    (report,) = world.published.reviews
    assert {test.nodeid: test.verdict for test in report.tests} == {
        ONE: Verdict.CONSISTENT_FAILURE, NodeId("tests/test_c.py::test_x"): Verdict.ERROR,
    }  # fmt: skip
    assert "failed with exit code 1" in report.tests[1].notes[0]


def test_five_hundred_victims_of_one_cause_are_diagnosed_within_the_limit(world: World) -> None:
    case = '<testcase classname="tests.test_a" name="test_{}"><failure message="assert 1 == 2">tests/test_a.py:2: E</failure></testcase>'
    (world.workspace / "junit.xml").write_text(f"<testsuite>{''.join(case.format(number) for number in range(500))}</testsuite>")
    assert run(world.job()) == 0
    diagnose = world.tracer.commands[-1]
    assert len([word for word in diagnose if "::" in word]) == 20
    (report,) = world.published.reviews
    assert report.notes[1].startswith("480 of them failed like tests/test_a.py::test_0, with the same message at the same place: ")
    assert "480 of them failed like" in world.summary()


def test_packages_of_the_system_are_installed_before_the_project_and_by_root(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("shutil.which", lambda name, path=None: f"/usr/bin/{name}")
    monkeypatch.setattr("os.chown", lambda *_, **__: None)
    world.inputs["apt"] = "libpq-dev\ng++"
    run(world.job())
    assert world.tracer.commands[:2] == [
        ("/usr/bin/apt-get", "update", "-qq"),
        ("/usr/bin/apt-get", "install", "-y", "-qq", "--no-install-recommends", "--", "libpq-dev", "g++"),
    ]
    assert world.tracer.environs[0]["DEBIAN_FRONTEND"] == "noninteractive"


def test_packages_of_the_system_need_root(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    world.inputs["apt"] = "libpq-dev"
    with pytest.raises(EnvironmentBroken, match="input apt: packages of the system can only be installed by root"):
        run(world.job())
    assert "input apt" in world.summary()


def test_the_cache_is_kept_where_it_was_asked_for_and_not_copied(world: World) -> None:
    world.inputs["cache-folder"] = ".wheels"
    (world.workspace / ".wheels" / "uv").mkdir(parents=True)
    del world.inputs["python-version"]
    run(world.job())
    assert world.tracer.environs[0]["UV_CACHE_DIR"] == str(world.workspace / ".wheels" / "uv")
    assert not (world.work / "tree" / "shop" / ".wheels").exists()


def test_a_cache_that_is_a_link_of_the_repository_is_not_used(world: World, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (world.workspace / "deep").symlink_to(tmp_path / "elsewhere")
    world.inputs["cache-folder"] = "deep/wheels"
    del world.inputs["python-version"]
    run(world.job())
    assert world.tracer.environs[0]["UV_CACHE_DIR"] == str(world.work / "cache" / "uv")


@pytest.mark.parametrize("operation", ["upload", "review"])
@pytest.mark.parametrize("interruption", [KeyboardInterrupt, ZeroDivisionError])
def test_what_interrupts_publishing_does_not_lose_the_findings(
    world: World, interruption: type[BaseException], operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: object) -> NoReturn:
        raise interruption

    monkeypatch.setattr(world.published, operation, interrupted)
    with pytest.raises(interruption):
        run(world.job())
    assert "fails in every run" in world.summary()
    assert "publishing was interrupted" in world.summary()
    assert "::error file=tests/test_a.py,line=2," in world.stream.getvalue()
    assert world.outputs()["consistent-failures"] == "1"
    assert world.outputs()["review-url"] == ""
