"""The program under each event, with reports made elsewhere: what arrives on the pull request, and what the summary says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flakebot.standin import Permission, Project, StandIn
from flakemark.model import Report
from flakemark.report.document import dumps
from tests.contract.test_whatever_answers import diagnosis
from tests.contract.world import HEAD, HEAD_SHA, NUMBER, PROJECT

PROGRAM = [sys.executable, "-m", "flakebot", "run", "--same-user"]
FORK = replace(PROJECT, head_repository="mallory/shop")
QUEUE = f"refs/heads/gh-readonly-queue/main/pr-{NUMBER}-{'b' * 40}"
ON_BRANCH = {"GITHUB_REF_NAME": "change", "GITHUB_REF_TYPE": "branch", "GITHUB_SHA": HEAD_SHA}
COMMENTED = {"action": "created", "issue": {"number": NUMBER, "pull_request": {}}, "comment": {"body": "/flaky"}}
REPORT = Report(version="1", python="3.12", root="shop", tests=(diagnosis("shop/long.py", 10),))


def run_event(owner: str, sha: str = HEAD_SHA) -> dict[str, Any]:
    run = {"event": "pull_request", "head_sha": sha, "head_branch": "change", "pull_requests": []}
    return {"workflow_run": {**run, "head_repository": {"full_name": f"{owner}/shop"}}}


def act(
    github: StandIn, folder: Path, name: str, event: Mapping[str, Any] | None, environ: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run the program in a workspace that holds nothing but the report."""
    (folder / "reports" / "flakemark-tests-1").mkdir(parents=True)
    (folder / "reports" / "flakemark-tests-1" / "report.json").write_text(dumps(REPORT))
    (folder / "event.json").write_text(json.dumps(github.event() if event is None else event))
    given = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "NO_PROXY": "127.0.0.1",
        **github.environment(),
        "GITHUB_EVENT_NAME": name,
        "GITHUB_WORKSPACE": str(folder),
        "GITHUB_EVENT_PATH": str(folder / "event.json"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        "INPUT_MODE": "publish",
        "INPUT_REPORTS": "reports/**/report.json",
        "INPUT_GITHUB-TOKEN": github.project.token,
        **environ,
    }
    return subprocess.run(PROGRAM, env=given, capture_output=True, text=True, timeout=120, check=False)


def summary(folder: Path) -> str:
    return (folder / "summary.md").read_text().replace("\\", "")


@pytest.mark.parametrize(
    ("project", "name", "event", "environ"),
    [
        (PROJECT, "pull_request", None, {}),
        (replace(PROJECT, api_path="/api/v3"), "pull_request", None, {}),
        (PROJECT, "pull_request", None, {"GITHUB_ACTOR": "dependabot[bot]"}),
        (FORK, "pull_request_target", None, {}),
        (FORK, "issue_comment", COMMENTED, {"GITHUB_SHA": "f" * 40, "GITHUB_REF_NAME": "main", "GITHUB_REF_TYPE": "branch"}),
        (FORK, "workflow_run", run_event("mallory"), {"GITHUB_SHA": "f" * 40, "GITHUB_REF_NAME": "main", "GITHUB_REF_TYPE": "branch"}),
        (PROJECT, "workflow_run", run_event("octo"), {}),
        (PROJECT, "push", {}, ON_BRANCH),
        (PROJECT, "workflow_dispatch", {}, ON_BRANCH),
        (PROJECT, "merge_group", {"merge_group": {"head_ref": QUEUE}}, {"GITHUB_SHA": "f" * 40}),
    ],
    ids=["branch", "enterprise", "dependabot", "target", "comment", "run of a fork", "run", "push", "dispatch", "queue"],
)  # fmt: skip
def test_it_is_told_at_its_line(tmp_path: Path, project: Project, name: str, event: dict[str, Any] | None, environ: dict[str, str]) -> None:
    with StandIn(project) as github:
        done = act(github, tmp_path, name, event, environ)
        assert done.returncode == 0, done.stdout + done.stderr
        assert [(one.path, one.line) for one in github.comments] == [("shop/long.py", 10)]
    assert "no review" not in summary(tmp_path)


@pytest.mark.parametrize(
    ("project", "name", "event", "environ", "remark"),
    [
        (FORK, "pull_request", None, {}, "no review is posted on the pull request of a fork"),
        (FORK, "workflow_run", run_event("mallory", "f" * 40), {}, "no open pull request has this commit as its head"),
        (FORK, "workflow_run", run_event("octo"), {}, "no open pull request has this commit as its head"),
        (PROJECT, "push", {}, {**ON_BRANCH, "GITHUB_REF_NAME": "other"}, "no open pull request has this commit as its head"),
        (PROJECT, "push", {}, {"GITHUB_REF_NAME": "v1", "GITHUB_REF_TYPE": "tag"}, "the event push names no pull request"),
        (PROJECT, "schedule", {}, {**ON_BRANCH, "GITHUB_REF_NAME": "main"}, "no open pull request has this commit as its head"),
        (PROJECT, "pull_request", None, {"INPUT_GITHUB-TOKEN": ""}, "the input github-token is empty"),
        (replace(PROJECT, permission=Permission.READ), "pull_request", None, {"GITHUB_ACTOR": "dependabot[bot]"}, "pull-requests: write"),
    ],
    ids=["fork", "moved", "another owner", "another branch", "tag", "nightly", "no token", "dependabot"],
)  # fmt: skip
def test_it_is_told_in_the_summary_alone_which_says_why(
    tmp_path: Path, project: Project, name: str, event: dict[str, Any] | None, environ: dict[str, str], remark: str
) -> None:
    with StandIn(project) as github:
        done = act(github, tmp_path, name, event, environ)
        assert done.returncode == 0, done.stdout + done.stderr
        assert (github.comments, github.conversation, github.reviews) == ((), (), ())
    assert remark in summary(tmp_path)
    assert "shop/long.py:10" in summary(tmp_path)


def test_on_a_fork_annotations_and_links_stand_at_the_lines_of_the_head(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "long.py").write_text("from the base\n" + HEAD["shop/long.py"])  # the tree of the merge
    with StandIn(FORK) as github:
        done = act(github, tmp_path, "pull_request", None, {"GITHUB_SHA": "e" * 40})
        assert (github.comments, github.conversation, github.reviews) == ((), (), ())
    assert "::error file=shop/long.py,line=9," in done.stdout
    assert f"mallory/shop/blob/{HEAD_SHA}/shop/long.py#L9" in summary(tmp_path)


def test_without_a_token_links_lead_to_the_merge(tmp_path: Path) -> None:
    with StandIn(PROJECT) as github:
        done = act(github, tmp_path, "pull_request", None, {"INPUT_GITHUB-TOKEN": "", "GITHUB_SHA": "e" * 40})
    assert "::error file=shop/long.py,line=10," in done.stdout
    assert f"/blob/{'e' * 40}/shop/long.py#L10" in summary(tmp_path)


@pytest.mark.parametrize(
    ("name", "event"), [("pull_request_target", None), ("workflow_run", run_event("mallory")), ("issue_comment", COMMENTED)]
)
def test_no_test_of_a_fork_is_run_where_the_token_can_write(tmp_path: Path, name: str, event: dict[str, Any] | None) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").write_text("def test_a():\n    assert 0\n")
    (tmp_path / "junit.xml").write_text(
        '<testsuite><testcase classname="tests.test_a" name="test_a"><failure message="m"/></testcase></testsuite>'
    )
    with StandIn(FORK) as github:
        done = act(github, tmp_path, name, event, {"INPUT_MODE": "auto", "INPUT_JUNIT": "junit.xml", "INPUT_REPORTS": ""})
    assert done.returncode == 2
    assert f"no test is run for {name}" in done.stderr
    assert f"no test is run for {name}" in summary(tmp_path)
