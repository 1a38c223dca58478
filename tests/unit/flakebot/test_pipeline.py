"""The story of `flakebot run` with fakes at its edges: what is told where, and how it ends."""

from __future__ import annotations

import base64
import html
import json
from dataclasses import replace
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote
from xml.sax.saxutils import escape

import pytest

from flakebot.errors import EnvironmentBroken, UsageError
from flakebot.event import Activities
from flakebot.pipeline import OUTPUTS, artifact_name, exit_code, outputs, run
from flakebot.processes import Finished
from flakebot.results import Reviewed, Uploaded
from flakebot.settings import Finding
from flakemark.model import (
    Category,
    Cause,
    ChainLink,
    DivergenceType,
    NodeId,
    Status,
    Verdict,
)  # fmt: skip
from flakemark.report.document import dumps, read_report
from tests.unit.flakebot.job_world import CONTEXT, JUNIT, ONE, Tracer, World, diagnosed


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
