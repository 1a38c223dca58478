"""How the adapter for GitHub takes errors: what it repeats, how long it waits, and what it never does twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from flakebot.errors import Forbidden, ForgeError, NotFound, RateLimited, Unavailable
from flakebot.publish.forge import InlineComment, Review
from flakebot.publish.github import GitHubForge, connect
from flakebot.publish.pacing import sleep_and_log
from flakebot.standin import Fault, StandIn
from tests.contract.world import HEAD_SHA, NUMBER, PROJECT, Pauses, client

REVIEW = Review(HEAD_SHA, "A body.", (InlineComment("shop/long.py", 10, "Here."),))
SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
PRIMARY = "API rate limit exceeded for installation ID 1."


@pytest.fixture
def github() -> Iterator[StandIn]:
    with StandIn(PROJECT) as server:
        yield server


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def forge(github: StandIn, pauses: Pauses) -> Iterator[GitHubForge]:
    with client(github, pauses) as connected:
        yield connected


def posts(github: StandIn) -> list[int]:
    return [request.status for request in github.requests if request.method == "POST"]


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_reading_request_is_repeated(github: StandIn, forge: GitHubForge, pauses: Pauses, status: int) -> None:
    github.inject(Fault(method="GET", path="/pulls", status=status, times=2))
    assert forge.pull_request(NUMBER).number == NUMBER
    assert [seconds for seconds, _ in pauses.asked] == [1.0, 2.0]


def test_a_reading_request_is_not_repeated_for_ever(github: StandIn, forge: GitHubForge, pauses: Pauses) -> None:
    github.inject(Fault(method="GET", path="/pulls", status=502, times=99))
    with pytest.raises(Unavailable):
        forge.pull_request(NUMBER)
    assert len(pauses.asked) == 3


def test_a_page_in_the_middle_that_fails_does_not_shorten_the_list(github: StandIn, forge: GitHubForge) -> None:
    for number in range(130):
        forge.create_issue_comment(NUMBER, f"comment {number}")
    github.inject(Fault(method="GET", path="/issues/", status=502))
    assert len(forge.comments(NUMBER)) == 130


@pytest.mark.parametrize("stored", [True, False])
def test_a_creating_request_without_an_answer_is_never_repeated(github: StandIn, forge: GitHubForge, pauses: Pauses, stored: bool) -> None:
    github.inject(Fault(method="POST", path="/reviews", status=502, stored=stored))
    with pytest.raises(Unavailable):
        forge.create_review(NUMBER, REVIEW)
    assert posts(github) == [502]
    assert len(github.reviews) == (1 if stored else 0)
    assert pauses.asked == []


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
    github: StandIn, forge: GitHubForge, pauses: Pauses, status: int, message: str, headers: dict[str, str], seconds: float
) -> None:
    github.inject(Fault(method="POST", path="/reviews", status=status, message=message, headers=headers))
    forge.create_review(NUMBER, REVIEW)
    assert [waited for waited, _ in pauses.asked] == [seconds]
    assert message in pauses.asked[0][1]
    assert len(github.reviews) == 1


def test_a_rate_limit_that_lasts_too_long_is_an_error_at_once(github: StandIn, forge: GitHubForge, pauses: Pauses) -> None:
    reset = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9999999999"}
    github.inject(Fault(method="GET", path="/files", status=403, message=PRIMARY, headers=reset))
    with pytest.raises(RateLimited):
        forge.changed_files(NUMBER)
    assert pauses.asked == []


def test_all_pauses_together_are_bounded(github: StandIn, pauses: Pauses) -> None:
    github.inject(Fault(method="GET", path="/", status=429, headers={"Retry-After": "50"}, times=99))
    with client(github, pauses) as forge:
        for _ in range(5):
            with pytest.raises(RateLimited):
                forge.pull_request(NUMBER)
    assert [seconds for seconds, _ in pauses.asked] == [50.0, 50.0]


def test_too_much_content_is_a_rate_limit(github: StandIn, forge: GitHubForge, pauses: Pauses) -> None:
    body = b'{"message": "Validation Failed", "errors": [{"resource": "Issue", "code": "abuse", "field": "body"}]}'
    github.inject(Fault(method="POST", path="/issues", status=422, body=body))
    forge.create_issue_comment(NUMBER, "Said.")
    assert [seconds for seconds, _ in pauses.asked] == [60.0]


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


def test_a_real_pause_is_told_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    sleep_and_log(0.0, "GitHub says 429")
    assert "GitHub says 429" in caplog.text


def test_a_server_that_is_gone_is_unavailable(pauses: Pauses) -> None:
    with StandIn(PROJECT) as github:
        url = github.url
    forge = connect(token="t", api_url=url, repository="octo/shop", pause=pauses)
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
