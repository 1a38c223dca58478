"""How the adapter for GitHub takes errors: what it repeats, how long it waits, and what it never does twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from flakebot.errors import Forbidden, ForgeError, NotFound, OutOfTime, RateLimited, Unavailable
from flakebot.publish.forge import InlineComment, Review
from flakebot.publish.github import GitHubForge, connect
from flakebot.standin import Fault, StandIn
from tests.contract.openapi import Inspection
from tests.contract.world import HEAD_SHA, NUMBER, PROJECT, Waiting, client

REVIEW = Review(HEAD_SHA, "A body.", (InlineComment("shop/long.py", 10, "Here."),))
SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
PRIMARY = "API rate limit exceeded for installation ID 1."


@pytest.fixture
def github() -> Iterator[StandIn]:
    with StandIn(PROJECT) as server:
        yield server


@pytest.fixture
def waiting() -> Waiting:
    return Waiting()


@pytest.fixture
def forge(github: StandIn, waiting: Waiting) -> Iterator[GitHubForge]:
    with client(github, waiting) as connected:
        yield connected


def posts(github: StandIn) -> list[int]:
    return [request.status for request in github.requests if request.method == "POST"]


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_reading_request_is_repeated(github: StandIn, forge: GitHubForge, waiting: Waiting, status: int) -> None:
    github.inject(Fault(method="GET", path="/pulls", status=status, times=2))
    assert forge.pull_request(NUMBER).number == NUMBER
    assert waiting.clock.waits == [1.0, 2.0]


def test_a_reading_request_is_not_repeated_for_ever(github: StandIn, forge: GitHubForge, waiting: Waiting) -> None:
    github.inject(Fault(method="GET", path="/pulls", status=502, times=99))
    with pytest.raises(Unavailable):
        forge.pull_request(NUMBER)
    assert len(waiting.clock.waits) == 3


def test_a_page_in_the_middle_that_fails_does_not_shorten_the_list(github: StandIn, forge: GitHubForge) -> None:
    for number in range(130):
        forge.create_issue_comment(NUMBER, f"comment {number}")
    github.inject(Fault(method="GET", path="/issues/", status=502))
    assert len(forge.comments(NUMBER)) == 130


@pytest.mark.parametrize("stored", [True, False])
def test_a_creating_request_without_an_answer_is_never_repeated(
    github: StandIn, forge: GitHubForge, waiting: Waiting, stored: bool
) -> None:
    github.inject(Fault(method="POST", path="/reviews", status=502, stored=stored))
    with pytest.raises(Unavailable):
        forge.create_review(NUMBER, REVIEW)
    assert posts(github) == [502]
    assert len(github.reviews) == (1 if stored else 0)
    assert waiting.clock.waits == []


@pytest.mark.parametrize(
    ("status", "message", "headers", "seconds"),
    [
        (429, "Too many requests", {"Retry-After": "7"}, 7.0),
        (403, SECONDARY, {"Retry-After": "9"}, 9.0),
        (403, SECONDARY, {}, 60.0),
        (403, PRIMARY, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "0"}, 1.0),
    ],
)
def test_a_rate_limit_is_waited_for_and_the_reason_is_told(
    github: StandIn, forge: GitHubForge, waiting: Waiting, status: int, message: str, headers: dict[str, str], seconds: float
) -> None:
    github.inject(Fault(method="POST", path="/reviews", status=status, message=message, headers=headers))
    forge.create_review(NUMBER, REVIEW)
    assert waiting.clock.waits == [seconds]
    assert message in waiting.said[0]
    assert len(github.reviews) == 1


def test_a_rate_limit_that_lasts_too_long_is_an_error_at_once(github: StandIn, forge: GitHubForge, waiting: Waiting) -> None:
    reset = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9999999999"}
    github.inject(Fault(method="GET", path="/files", status=403, message=PRIMARY, headers=reset))
    with pytest.raises(RateLimited):
        forge.changed_files(NUMBER)
    assert waiting.clock.waits == []


def test_all_waiting_together_ends_with_the_deadline(github: StandIn, waiting: Waiting) -> None:
    github.inject(Fault(method="GET", path="/", status=429, headers={"Retry-After": "50"}, times=99))
    with client(github, waiting) as forge:
        for _ in range(5):
            with pytest.raises(RateLimited):
                forge.pull_request(NUMBER)
    assert waiting.clock.waits == [50.0] * 5


def test_after_the_deadline_no_request_is_made(github: StandIn, waiting: Waiting, forge: GitHubForge) -> None:
    forge.pull_request(NUMBER)
    waiting.clock.seconds += 256
    for ask in (lambda: forge.pull_request(NUMBER), lambda: forge.create_review(NUMBER, REVIEW), forge.login):
        with pytest.raises(OutOfTime, match="255 s"):
            ask()
    assert len(github.requests) == 1


def test_between_two_writes_there_is_a_second_and_a_line_that_says_so(github: StandIn) -> None:
    waiting = Waiting()
    with client(github, waiting, between=1.0) as forge:
        forge.create_issue_comment(NUMBER, "One.")
        forge.comments(NUMBER)
        waiting.clock.seconds += 0.25
        forge.create_issue_comment(NUMBER, "Two.")
    assert waiting.clock.waits == [0.75]
    assert "posting a comment on pull request 7 comes next, and GitHub asks for 1 s between two writes" in waiting.said[0]


def test_no_wait_is_silent(github: StandIn, waiting: Waiting, forge: GitHubForge) -> None:
    github.inject(Fault(method="GET", path="/pulls", status=502, times=3), Fault(method="POST", path="/reviews", status=429))
    forge.pull_request(NUMBER)
    forge.create_review(NUMBER, REVIEW)
    assert len(waiting.said) == len(waiting.clock.waits) == 4
    assert all(line.startswith("waiting ") for line in waiting.said)


@pytest.mark.parametrize("answer", [b'{"errors": [{"message": "no"}]}', b'{"data": null}', b'{"data": {"viewer": {"login": null}}}'])
def test_where_github_does_not_say_who_we_are_we_are_the_bot_of_every_job(github: StandIn, forge: GitHubForge, answer: bytes) -> None:
    github.inject(Fault(method="POST", path="/graphql", status=200, body=answer, headers={"Content-Type": "application/json"}))
    assert forge.login() == "github-actions[bot]"
    github.inject(Fault(method="POST", path="/graphql", status=403, message="Resource not accessible by integration"))
    assert forge.login() == "github-actions[bot]"


def test_too_much_content_is_a_rate_limit(github: StandIn, forge: GitHubForge, waiting: Waiting) -> None:
    body = b'{"message": "Validation Failed", "errors": [{"resource": "Issue", "code": "abuse", "field": "body"}]}'
    github.inject(Fault(method="POST", path="/issues", status=422, body=body))
    forge.create_issue_comment(NUMBER, "Said.")
    assert waiting.clock.waits == [60.0]


@pytest.mark.parametrize("token", ["wrong", "ghs_wrong"])
def test_a_wrong_token_is_forbidden_and_not_shown(github: StandIn, token: str) -> None:
    with client(github, token=token) as forge, pytest.raises(Forbidden, match="Bad credentials") as refusal:
        forge.pull_request(NUMBER)
    assert token not in str(refusal.value)


@pytest.mark.parametrize("body", [b"<html>bad gateway</html>", b"{broken", b"[]", b'"text"', b"null", b""])
@pytest.mark.parametrize("status", [200, 403, 422, 502])
def test_an_answer_that_makes_no_sense_is_one_of_our_errors(github: StandIn, forge: GitHubForge, body: bytes, status: int) -> None:
    github.inject(Fault(method="POST", path="/reviews", status=status, body=body, headers={"Content-Type": "text/html"}))
    with pytest.raises(ForgeError):
        forge.create_review(NUMBER, REVIEW)


def test_a_file_that_is_no_text_is_not_found(github: StandIn, forge: GitHubForge) -> None:
    body = b'{"type": "file", "encoding": "base64", "content": "//79", "path": "p", "name": "p", "size": 3, "sha": "1"}'
    github.inject(Fault(method="GET", path="/contents/", status=200, body=body))
    with pytest.raises(NotFound, match="no text in UTF-8"):
        forge.file_at("p", HEAD_SHA)


def test_a_server_that_is_gone_is_unavailable(waiting: Waiting) -> None:
    with StandIn(PROJECT) as github:
        url = github.url
    forge = connect(token="t", api_url=url, repository="octo/shop", deadline=waiting.deadline())
    with pytest.raises(Unavailable, match="no answer from GitHub"):
        forge.pull_request(NUMBER)
    forge.close()


def test_connecting_makes_no_request_and_a_review_makes_one(github: StandIn, forge: GitHubForge) -> None:
    assert github.requests == ()
    forge.create_review(NUMBER, REVIEW)
    assert [(request.method, request.path) for request in github.requests] == [("POST", "/repos/octo/shop/pulls/7/reviews")]


def test_reading_comments_makes_one_request_per_page(github: StandIn, forge: GitHubForge) -> None:
    for _ in range(3):
        forge.create_review(NUMBER, REVIEW)
    before = len(github.requests)
    assert len(forge.comments(NUMBER)) == 6
    assert len(github.requests) - before == 3


def test_an_enterprise_server_has_the_interface_below_a_path() -> None:
    inspection = Inspection()
    with StandIn(replace(PROJECT, api_path="/api/v3"), inspection) as github, client(github) as forge:
        assert github.api_url.endswith("/api/v3")
        assert forge.login() == "github-actions[bot]"
        posted = forge.create_review(NUMBER, REVIEW)
        assert [one.id for one in forge.comments(NUMBER)][:1] == [posted.id]
        assert {one.path.split("/")[1] for one in github.requests} == {"api", "repos"}
    assert inspection.problems == []
