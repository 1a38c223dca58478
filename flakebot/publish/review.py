"""Post what was planned; whatever the forge answers, the caller learns what became of each finding."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from flakebot.errors import ForgeError, Unavailable, Unprocessable
from flakebot.publish.forge import CommentKind, Forge, Posted, Review
from flakebot.publish.plan import Anchored, BodyWriter, Folded, Plan


class Outcome(str, Enum):
    """What became of a plan."""

    REVIEW = "review"
    BODY_ONLY = "body_only"
    CONVERSATION = "conversation"
    NOT_POSTED = "not_posted"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishOutcome:
    """What was posted.

    Attributes:
        outcome: REVIEW as planned; BODY_ONLY if all findings had to go into the body of the review; CONVERSATION if they
            had to go into an ordinary comment; NOT_POSTED if the forge took nothing.
        posted: where, None if nothing was posted.
        anchored: findings that have their comment in the diff.
        folded: findings that are told in the body; if nothing was posted, all of them.
        reasons: one sentence per refusal, in the order in which they came, for people.
    """

    outcome: Outcome
    posted: Posted | None
    anchored: tuple[Anchored, ...]
    folded: tuple[Folded, ...]
    reasons: tuple[str, ...] = ()


def publish(forge: Forge, plan: Plan, write_body: BodyWriter) -> PublishOutcome:
    """Post a plan: one review in one call; refused, everything in the body; refused again, an ordinary comment.

    Never raises for what a forge answers.

    Args:
        forge: the repository of the pull request.
        plan: where each finding goes.
        write_body: makes the body from the findings that it has to tell.
    """
    return _Attempts(forge, write_body).run(plan)


class _Attempts:
    """The ladder, with the reasons for each step down."""

    def __init__(self, forge: Forge, write_body: BodyWriter) -> None:
        self._forge, self._write_body = forge, write_body
        self._reasons: list[str] = []

    def run(self, plan: Plan) -> PublishOutcome:
        try:
            return self._descend(plan)
        except ForgeError as error:
            self._reasons.append(str(error))
            return self._told(Outcome.NOT_POSTED, None, plan.without_anchors())

    def _descend(self, plan: Plan) -> PublishOutcome:
        bare = plan.without_anchors()
        first = self._try(Outcome.REVIEW, plan)
        second = first or (self._try(Outcome.BODY_ONLY, bare) if plan.anchored else None)
        return second or self._told(
            Outcome.CONVERSATION, self._forge.create_issue_comment(plan.number, self._write_body(bare.folded)), bare
        )

    def _try(self, outcome: Outcome, plan: Plan) -> PublishOutcome | None:
        try:
            return self._told(outcome, self._review(plan), plan)
        except Unprocessable as error:
            self._reasons.append(str(error))
            return None

    def _review(self, plan: Plan) -> Posted:
        review = plan.review(self._write_body)
        try:
            return self._forge.create_review(plan.number, review)
        except Unavailable as error:
            # It may be stored all the same: a second one would tell everything twice.
            self._reasons.append(str(error))
            return self._stored(plan.number, review) or self._forge.create_review(plan.number, review)

    def _stored(self, number: int, review: Review) -> Posted | None:
        for one in self._forge.comments(number):
            if one.kind is CommentKind.REVIEW and _same_text(one.body, review.body):
                return Posted(one.id, one.url)
        return None

    def _told(self, outcome: Outcome, posted: Posted | None, plan: Plan) -> PublishOutcome:
        return PublishOutcome(outcome=outcome, posted=posted, anchored=plan.anchored, folded=plan.folded, reasons=tuple(self._reasons))


def _same_text(one: str, other: str) -> bool:
    """Forges change line ends and outer white space."""
    return one.split() == other.split()
