"""What an event is, and what may be done for it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from flakebot.errors import UsageError
from flakebot.event import Activities, Context, decide, read_context

HERE, FORK = "shop/shop", "mallory/shop"
ENVIRON = {
    "GITHUB_EVENT_NAME": "pull_request", "GITHUB_REPOSITORY": HERE, "GITHUB_SHA": "merge", "GITHUB_ACTOR": "ada", "GITHUB_RUN_ID": "77",
    "GITHUB_RUN_ATTEMPT": "2", "GITHUB_JOB": "tests", "GITHUB_SERVER_URL": "https://ghes.example/", "GITHUB_API_URL": "https://ghes.example/api/v3",
}  # fmt: skip


def pull_event(head: str | None = HERE) -> dict[str, Any]:
    return {"pull_request": {"number": 5, "head": {"sha": "head", "repo": {"full_name": head} if head else None}}}


def run_event(head: str, pulls: list[dict[str, Any]]) -> dict[str, Any]:
    return {"workflow_run": {"event": "pull_request", "head_sha": "head", "head_repository": {"full_name": head}, "pull_requests": pulls}}


def context(name: str, event: object, **changes: str) -> Context:
    return read_context({**ENVIRON, "GITHUB_EVENT_NAME": name, **changes}, json.dumps(event))


def test_a_pull_request_has_a_number_and_a_head() -> None:
    found = context("pull_request", pull_event())
    assert (found.number, found.head_sha, found.head_repository, found.from_fork) == (5, "head", HERE, False)
    assert (found.server_url, found.api_url) == ("https://ghes.example", "https://ghes.example/api/v3")
    assert (found.run_id, found.attempt, found.job) == ("77", 2, "tests")


def test_a_push_has_neither_and_its_own_commit() -> None:
    found = context("push", {"after": "x"})
    assert (found.number, found.head_sha, found.from_fork) == (None, "merge", False)


def test_a_workflow_run_knows_its_pull_request_only_if_there_is_exactly_one() -> None:
    assert context("workflow_run", run_event(HERE, [{"number": 9}])).number == 9
    assert context("workflow_run", run_event(HERE, [{"number": 9}, {"number": 10}])).number is None
    assert context("workflow_run", run_event(FORK, [])).number is None


def test_names_of_repositories_are_compared_without_regard_to_case() -> None:
    assert not context("pull_request", pull_event("Shop/SHOP")).from_fork


def test_a_deleted_head_repository_counts_as_a_fork() -> None:
    assert context("pull_request", pull_event(None)).from_fork


@pytest.mark.parametrize(
    ("found", "runs", "reviews", "reason"),
    [
        (context("pull_request", pull_event()), True, True, ""),
        (context("pull_request", pull_event(FORK)), True, False, "fork"),
        (context("pull_request", pull_event(), GITHUB_ACTOR="dependabot[bot]"), True, False, "Dependabot"),
        (context("pull_request_target", pull_event(FORK)), False, True, "pull_request_target"),
        (context("pull_request_target", pull_event()), False, True, "pull_request_target"),
        (context("workflow_run", run_event(HERE, [{"number": 9}])), True, True, ""),
        (context("workflow_run", run_event(FORK, [])), False, False, "workflow_run of a fork"),
        (context("push", {}), True, False, "names no pull request"),
        (context("merge_group", {}), True, False, "names no pull request"),
        (context("schedule", {}), True, False, "names no pull request"),
        (context("workflow_dispatch", {}), True, False, "names no pull request"),
    ],
    ids=lambda value: f"{value.event}-{value.actor}" if isinstance(value, Context) else None,
)
def test_what_may_be_done(found: Context, runs: bool, reviews: bool, reason: str) -> None:
    decided = decide(found, has_token=True)
    assert (decided.may_run_tests, decided.may_review) == (runs, reviews)
    assert reason in " ".join(decided.reasons)


def test_without_a_token_nothing_is_posted() -> None:
    assert decide(context("pull_request", pull_event()), has_token=False) == Activities(
        True, False, ("no review is posted: the input github-token is empty",)
    )


@pytest.mark.parametrize("text", ["{", "[]", '"x"', "[" * 100_000])
def test_a_broken_event_file_is_named(text: str) -> None:
    with pytest.raises(UsageError, match="GITHUB_EVENT_PATH"):
        read_context(ENVIRON, text)


@pytest.mark.parametrize(
    "event", [{"pull_request": 3}, {"pull_request": {"number": True}}, {"pull_request": {"head": []}}, {"workflow_run": None}]
)
def test_an_event_of_another_shape_is_no_crash(event: object) -> None:
    for name in ("pull_request", "workflow_run"):
        assert context(name, event).number is None


def test_outside_of_a_job_the_missing_variable_is_named() -> None:
    with pytest.raises(UsageError, match="GITHUB_EVENT_NAME is not set"):
        read_context({}, "")


def test_an_empty_event_file_is_no_event() -> None:
    assert replace(read_context(ENVIRON, ""), event="x").number is None
