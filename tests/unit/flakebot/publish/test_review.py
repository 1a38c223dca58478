"""Posting a plan: the ladder of fallbacks, and what the caller learns."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from flakebot.errors import Forbidden, ForgeError, NotFound, RateLimited, Unavailable, Unprocessable
from flakebot.publish import ChangedFile, Folded, Outcome, Plan, PullRequest, Reason, plan_review, publish
from flakebot.publish.forge import CommentKind
from flakebot.publish.memory import Failure, MemoryForge
from tests.unit.flakebot.publish.findings import CHANGED, finding

HEAD = "a" * 40
PULL = PullRequest(
    number=7,
    state="open",
    head_sha=HEAD,
    head_branch="change",
    head_repository="octo/shop",
    base_sha="b" * 40,
    url="https://forge.example/7",
)
FOUND = (finding(10), finding(20))


def body(folded: Sequence[Folded]) -> str:
    return "\n".join(["Headline.", *(f"{one.finding.summary} {one.reason.value}" for one in folded)])


def forge(changed: Sequence[ChangedFile] = CHANGED, *, writable: bool = True) -> MemoryForge:
    return MemoryForge(PULL, changed, writable=writable)


def plan(commit: str = HEAD) -> Plan:
    return plan_review(FOUND, CHANGED, number=7, head_sha=commit, max_comments=10)


def kinds(remote: MemoryForge) -> list[CommentKind]:
    return [comment.kind for comment in remote.comments(7)]


def test_a_plan_is_posted_as_one_review() -> None:
    remote = forge()
    outcome = publish(remote, plan(), body)
    assert outcome.outcome is Outcome.REVIEW
    assert outcome.posted is not None
    assert (len(outcome.anchored), len(outcome.folded), outcome.reasons) == (1, 1, ())
    assert kinds(remote) == [CommentKind.REVIEW, CommentKind.INLINE]


def test_a_refused_comment_puts_everything_into_the_body() -> None:
    remote = forge(changed=())  # the pull request was changed since the plan was made
    outcome = publish(remote, plan(), body)
    assert outcome.outcome is Outcome.BODY_ONLY
    assert [one.reason for one in outcome.folded] == [Reason.REFUSED, Reason.NOT_IN_DIFF]
    assert "path is invalid" in outcome.reasons[0]
    (posted,) = remote.comments(7)
    assert all(found.summary in posted.body for found in FOUND)


def test_a_refused_review_becomes_an_ordinary_comment() -> None:
    remote = forge()
    outcome = publish(remote, plan(commit="d" * 40), body)  # a push came in between
    assert outcome.outcome is Outcome.CONVERSATION
    assert kinds(remote) == [CommentKind.ISSUE]
    assert len(outcome.reasons) == 2


@pytest.mark.parametrize("error", [Forbidden("403"), NotFound("404"), RateLimited("429")])
def test_what_no_other_way_would_change_is_told_at_once(error: ForgeError) -> None:
    remote = forge()
    remote.failures.append(Failure(error))
    outcome = publish(remote, plan(), body)
    assert (outcome.outcome, outcome.posted, outcome.reasons) == (Outcome.NOT_POSTED, None, (str(error),))
    assert [one.finding for one in outcome.folded] == list(FOUND)
    assert remote.comments(7) == ()


def test_a_token_that_can_only_read_posts_nothing_and_loses_nothing() -> None:
    outcome = publish(forge(writable=False), plan(), body)
    assert outcome.outcome is Outcome.NOT_POSTED
    assert outcome.reasons == ("Resource not accessible by integration",)
    assert [one.finding for one in outcome.folded] == list(FOUND)


def test_everything_refused_is_told() -> None:
    remote = forge()
    remote.failures += [Failure(Unprocessable(str(number))) for number in range(3)]
    outcome = publish(remote, plan(), body)
    assert (outcome.outcome, outcome.reasons) == (Outcome.NOT_POSTED, ("0", "1", "2"))


def test_a_review_whose_answer_was_lost_is_found_and_not_posted_twice() -> None:
    remote = forge()
    remote.failures.append(Failure(Unavailable("502"), stored=True))
    outcome = publish(remote, plan(), body)
    assert outcome.outcome is Outcome.REVIEW
    assert kinds(remote) == [CommentKind.REVIEW, CommentKind.INLINE]
    assert outcome.posted is not None
    assert outcome.posted.id == remote.comments(7)[0].id


def test_a_review_that_never_arrived_is_posted_again() -> None:
    remote = forge()
    remote.failures.append(Failure(Unavailable("502")))
    outcome = publish(remote, plan(), body)
    assert (outcome.outcome, outcome.reasons) == (Outcome.REVIEW, ("502",))
    assert kinds(remote) == [CommentKind.REVIEW, CommentKind.INLINE]


def test_a_forge_that_stays_away_is_given_up() -> None:
    remote = forge()
    remote.failures += [Failure(Unavailable("502"))] * 2
    assert publish(remote, plan(), body).outcome is Outcome.NOT_POSTED
