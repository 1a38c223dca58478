"""What an event is, and what may be done for it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flakebot.errors import UsageError
from flakebot.event import Activities, Context, Head, decide, read_context

HERE, FORK = "shop/shop", "mallory/shop"
ENVIRON = {
    "GITHUB_EVENT_NAME": "pull_request", "GITHUB_REPOSITORY": HERE, "GITHUB_SHA": "merge", "GITHUB_ACTOR": "ada", "GITHUB_RUN_ID": "77",
    "GITHUB_RUN_ATTEMPT": "2", "GITHUB_JOB": "tests", "GITHUB_SERVER_URL": "https://ghes.example/", "GITHUB_API_URL": "https://ghes.example/api/v3",
}  # fmt: skip


BRANCH = {"GITHUB_REF_NAME": "change", "GITHUB_REF_TYPE": "branch"}
DEFAULT = {"GITHUB_REF_NAME": "main", "GITHUB_REF_TYPE": "branch"}


def pull_event(head: str | None = HERE) -> dict[str, Any]:
    return {"pull_request": {"number": 5, "head": {"sha": "head", "repo": {"full_name": head} if head else None}}}


def run_event(head: str, pulls: list[dict[str, Any]]) -> dict[str, Any]:
    run = {"event": "pull_request", "head_sha": "head", "head_branch": "patch-1", "pull_requests": pulls}
    return {"workflow_run": {**run, "head_repository": {"full_name": head}}}


def comment_event(*, on_pull_request: bool) -> dict[str, Any]:
    issue = {"number": 8, **({"pull_request": {"url": "https://ghes.example/api/v3/repos/shop/shop/pulls/8"}} if on_pull_request else {})}
    return {"action": "created", "issue": issue, "comment": {"body": "/flaky", "author_association": "NONE"}}


def queue_event(ref: str) -> dict[str, Any]:
    return {"merge_group": {"head_ref": ref, "head_sha": "merge"}}


QUEUED = f"refs/heads/gh-readonly-queue/release/1.0/pr-12-{'b' * 40}"


def context(name: str, event: object, **changes: str) -> Context:
    return read_context({**ENVIRON, "GITHUB_EVENT_NAME": name, **changes}, json.dumps(event))


def test_a_pull_request_has_a_number_and_a_head() -> None:
    found = context("pull_request", pull_event())
    assert (found.number, found.head_sha, found.head_repository, found.from_fork) == (5, "head", HERE, False)
    assert (found.server_url, found.api_url) == ("https://ghes.example", "https://ghes.example/api/v3")
    assert (found.run_id, found.attempt, found.job) == ("77", 2, "tests")


def test_what_a_pull_request_checks_out_is_a_merge() -> None:
    assert context("pull_request", pull_event()).traced_sha == "merge"
    assert [context(name, pull_event()).traced_sha for name in ("push", "pull_request_target", "workflow_run")] == ["", "", ""]


def test_a_push_has_its_own_commit_and_a_branch_to_look_for() -> None:
    found = context("push", {"after": "x"}, **BRANCH)
    assert (found.number, found.head, found.head_sha, found.from_fork) == (None, Head("shop", "change", "merge"), "merge", False)


def test_a_tag_has_no_pull_request() -> None:
    assert context("push", {}, GITHUB_REF_NAME="v1", GITHUB_REF_TYPE="tag").head is None


def test_a_workflow_run_knows_its_pull_request_only_if_there_is_exactly_one() -> None:
    assert context("workflow_run", run_event(HERE, [{"number": 9}])).number == 9
    found = context("workflow_run", run_event(HERE, [{"number": 9}, {"number": 10}]), **BRANCH)
    assert (found.number, found.head) == (None, Head("shop", "patch-1", "head"))


def test_the_pull_request_of_a_fork_is_looked_for_by_the_head_of_the_run() -> None:
    found = context("workflow_run", run_event(FORK, []), **BRANCH)
    assert (found.number, found.head, found.head_sha) == (None, Head("mallory", "patch-1", "head"), "head")


@pytest.mark.parametrize("missing", ["head_branch", "head_sha", "head_repository"])
def test_a_run_without_a_head_has_nothing_to_look_for(missing: str) -> None:
    event = run_event(FORK, [])
    del event["workflow_run"][missing]
    assert context("workflow_run", event, **BRANCH).head is None


def test_the_branch_of_a_merge_queue_names_the_pull_request() -> None:
    found = context("merge_group", queue_event(QUEUED), **BRANCH)
    assert (found.number, found.head, found.head_sha) == (12, None, "merge")


@pytest.mark.parametrize("ref", ["", "refs/heads/main", "refs/heads/pr-12-bbbbbbb", QUEUED.replace("pr-12", "pr-0"), QUEUED + "/x"])
def test_another_branch_names_none(ref: str) -> None:
    found = context("merge_group", queue_event(ref), **BRANCH)
    assert (found.number, found.head) == (None, None)


def test_names_of_repositories_are_compared_without_regard_to_case() -> None:
    assert not context("pull_request", pull_event("Shop/SHOP")).from_fork


def test_a_deleted_head_repository_counts_as_a_fork() -> None:
    assert context("pull_request", pull_event(None)).from_fork


def test_a_comment_on_a_pull_request_names_it_and_one_on_an_issue_does_not() -> None:
    found = context("issue_comment", comment_event(on_pull_request=True), **DEFAULT)
    assert (found.number, found.head, found.head_sha) == (8, None, "merge")
    found = context("issue_comment", comment_event(on_pull_request=False), **DEFAULT)
    assert (found.number, found.head) == (None, Head("shop", "main", "merge"))


DEPENDABOT = {"GITHUB_ACTOR": "dependabot[bot]"}
# (event, whose code) to the context; docs/events.md has the same rows.
SAMPLES = {
    ("pull_request", "a branch"): context("pull_request", pull_event()),
    ("pull_request", "Dependabot"): context("pull_request", pull_event(), **DEPENDABOT),
    ("pull_request", "a fork"): context("pull_request", pull_event(FORK)),
    ("pull_request_review", "a branch"): context("pull_request_review", pull_event()),
    ("pull_request_review", "a fork"): context("pull_request_review", pull_event(FORK)),
    ("pull_request_target", "a branch"): context("pull_request_target", pull_event(), **BRANCH),
    ("pull_request_target", "a fork"): context("pull_request_target", pull_event(FORK), **BRANCH),
    ("issue_comment", "a pull request"): context("issue_comment", comment_event(on_pull_request=True), **DEFAULT),
    ("issue_comment", "the default branch"): context("issue_comment", comment_event(on_pull_request=False), **DEFAULT),
    ("workflow_run", "a branch"): context("workflow_run", run_event(HERE, [])),
    ("workflow_run", "a fork"): context("workflow_run", run_event(FORK, [])),
    ("push", "a branch"): context("push", {}, **BRANCH),
    ("push", "a tag"): context("push", {}, GITHUB_REF_NAME="v1", GITHUB_REF_TYPE="tag"),
    ("merge_group", "a branch"): context("merge_group", queue_event(QUEUED)),
    ("schedule", "a branch"): context("schedule", {"schedule": "17 3 * * *"}, **BRANCH),
    ("workflow_dispatch", "a branch"): context("workflow_dispatch", {"inputs": {}}, **BRANCH),
    ("repository_dispatch", "the default branch"): context("repository_dispatch", {"client_payload": {}}, **DEFAULT),
    ("release", "a tag"): context("release", {}, GITHUB_REF_NAME="v1", GITHUB_REF_TYPE="tag"),
}
ALL, NO_TESTS, NO_REVIEW = (True, True), (False, True), (True, False)
DECISIONS = {
    ("pull_request", "a branch"): (ALL, ""),
    ("pull_request", "Dependabot"): (ALL, ""),
    ("pull_request", "a fork"): (NO_REVIEW, "on the pull request of a fork: its token can only read"),
    ("pull_request_review", "a branch"): (ALL, ""),
    ("pull_request_review", "a fork"): (NO_REVIEW, "on the pull request of a fork: its token can only read"),
    ("pull_request_target", "a branch"): (NO_TESTS, "no test is run for pull_request_target"),
    ("pull_request_target", "a fork"): (NO_TESTS, "no test is run for pull_request_target"),
    ("issue_comment", "a pull request"): (NO_TESTS, "no test is run for issue_comment on a pull request"),
    ("issue_comment", "the default branch"): (ALL, ""),
    ("workflow_run", "a branch"): (ALL, ""),
    ("workflow_run", "a fork"): (NO_TESTS, "no test is run for workflow_run of a fork"),
    ("push", "a branch"): (ALL, ""),
    ("push", "a tag"): (NO_REVIEW, "the event push names no pull request"),
    ("merge_group", "a branch"): (ALL, ""),
    ("schedule", "a branch"): (ALL, ""),
    ("workflow_dispatch", "a branch"): (ALL, ""),
    ("repository_dispatch", "the default branch"): (ALL, ""),
    ("release", "a tag"): (NO_REVIEW, "the event release names no pull request"),
}


@pytest.mark.parametrize("sample", SAMPLES, ids="-".join)
def test_what_may_be_done(sample: tuple[str, str]) -> None:
    decided = decide(SAMPLES[sample], has_token=True)
    may, reason = DECISIONS[sample]
    assert (decided.may_run_tests, decided.may_review) == may
    assert reason in " ".join(decided.reasons)
    assert bool(reason) == bool(decided.reasons)


@pytest.mark.parametrize("event", ["pull_request_review", "pull_request_review_comment"])
def test_the_events_of_a_review_are_read_only_for_forks(event: str) -> None:
    assert not decide(context(event, pull_event(FORK)), has_token=True).may_review
    assert decide(context(event, pull_event()), has_token=True).may_review


def test_the_table_in_the_documentation_is_this_policy(project_root: Path) -> None:
    text = (project_root / "docs" / "events.md").read_text(encoding="utf-8").partition("<!-- events:")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()[3:]]
    assert [(event.strip("`"), whose) for event, whose, *_ in rows] == list(SAMPLES)
    for event, whose, tests, told, which in rows:
        found = SAMPLES[event.strip("`"), whose]
        decided = decide(found, has_token=True)
        assert tests == ("yes" if decided.may_run_tests else "no")
        assert told.startswith("no") != decided.may_review
        assert ("head" in which) == (found.head is not None)
        assert bool(which) == decided.may_review
        if told == "yes":
            assert found.number is not None or event == "`workflow_run`"


def test_without_a_token_nothing_is_posted() -> None:
    assert decide(context("pull_request", pull_event()), has_token=False) == Activities(
        True, False, ("no review is posted: the input github-token is empty",)
    )


@pytest.mark.parametrize("text", ["{", "[]", '"x"', "[" * 100_000])
def test_a_broken_event_file_is_named(text: str) -> None:
    with pytest.raises(UsageError, match="GITHUB_EVENT_PATH"):
        read_context(ENVIRON, text)


@pytest.mark.parametrize(
    "event",
    [
        {"pull_request": 3},
        {"pull_request": {"number": True}},
        {"pull_request": {"head": []}},
        {"workflow_run": None},
        {"issue": 3},
        {"issue": {"pull_request": 1}},
    ],
)
def test_an_event_of_another_shape_is_no_crash(event: object) -> None:
    for name in ("pull_request", "workflow_run", "issue_comment"):
        found = context(name, event)
        assert (found.number, found.head) == (None, None)


def test_outside_of_a_job_the_missing_variable_is_named() -> None:
    with pytest.raises(UsageError, match="GITHUB_EVENT_NAME is not set"):
        read_context({}, "")


def test_an_empty_event_file_is_no_event() -> None:
    assert replace(read_context(ENVIRON, ""), event="x").number is None
