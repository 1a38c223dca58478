"""Post new comments: each at most once, whatever becomes of the answer, and those that are refused one rung lower."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flakebot.errors import Unavailable, Unprocessable
from flakebot.publish.finding import Finding, Permalinks, Reason, told_elsewhere
from flakebot.publish.forge import ExistingComment, FileComment, Forge, Posted, Review
from flakebot.publish.marker import Kind
from flakebot.publish.ours import Ours, find_ours, of_kind
from flakebot.publish.plan import Ladder, Placed, Rung

ATTEMPTS = 3  # to create one thing; after each the comments are looked through, for it may be there
_WRONG_COMMIT = "end_commit_oid"


@dataclass(frozen=True, slots=True)
class Target:
    """A pull request at a commit, and who writes to it.

    Attributes:
        number: of the pull request.
        head_sha: its head.
        login: ours.
    """

    forge: Forge
    number: int
    head_sha: str
    login: str

    def ours(self) -> tuple[Ours, ...]:
        """Return our comments that are on it now."""
        return find_ours(self.forge.comments(self.number), self.login)


@dataclass(frozen=True, slots=True)
class Told:
    """A finding that stands on the pull request.

    Attributes:
        rung: where.
        url: of its comment.
        reason: why it is not at its line, None if it is.
    """

    finding: Finding
    rung: Rung
    url: str
    reason: Reason | None = None


class Posting:
    """Posts, and remembers what came of it.

    Args:
        target: where.
        ladder: knows the next best place after a refusal.
        links: to lines.
        known: ids of the comments that are there already.

    Attributes:
        told: what was posted.
        refusals: in the forge's words, for people.
    """

    def __init__(self, target: Target, ladder: Ladder, links: Permalinks, known: frozenset[int]) -> None:
        self._target, self._ladder, self._links, self._known = target, ladder, links, known
        self._commit_refused = False
        self.told: list[Told] = []
        self.refusals: list[str] = []

    def post_lines(self, placed: Sequence[Placed], bodies: Callable[[], str]) -> tuple[Placed, ...]:
        """Post comments at lines in one review; if it is refused, find what is refused and post the rest.

        Args:
            placed: at lines.
            bodies: returns the body of the next review that is posted.

        Returns:
            what was refused, one rung lower.
        """
        if not placed:
            return ()
        refusal = self._refusal_of(placed, bodies)
        if refusal is None:
            return ()
        if len(placed) > 1 and not self._commit_refused:
            half = len(placed) // 2
            return (*self.post_lines(placed[:half], bodies), *self.post_lines(placed[half:], bodies))
        self._note(placed[0].finding, refusal)
        return tuple(self._ladder.step_down(one, Reason.REFUSED) for one in placed)

    def post_files(self, placed: Sequence[Placed]) -> tuple[Placed, ...]:
        """Post comments on files as a whole; returns what was refused, one rung lower."""
        return tuple(lower for one in placed if (lower := self._refused_file(one)) is not None)

    def create(self, make: Callable[[], Posted], find: Callable[[Sequence[Ours]], Posted | None]) -> Posted:
        """Create something once: if the answer is lost, it is looked for before it is tried again.

        Args:
            make: the request.
            find: looks for it among our comments that were not there before.

        Raises:
            ForgeError: if it was not created.
        """
        lost: Unavailable | None = None
        for _ in range(ATTEMPTS):
            try:
                return make()
            except Unavailable as error:
                lost = error
            found = find([one for one in self._target.ours() if one.comment.id not in self._known])
            if found is not None:
                return found
        raise lost or Unavailable("no attempt was made")

    def _refusal_of(self, placed: Sequence[Placed], bodies: Callable[[], str]) -> Unprocessable | None:
        comments = tuple(one.comment(self._marker(one)) for one in placed)
        review = Review(self._target.head_sha, bodies(), comments)
        causes = {one.finding.cause for one in placed}
        try:
            posted = self.create(
                lambda: self._target.forge.create_review(self._target.number, review),
                lambda new: _on_all(causes, of_kind(new, Kind.FINDING)),
            )
        except Unprocessable as error:
            self._commit_refused = any(_WRONG_COMMIT in text for text in error.texts)
            return error
        self.told += (Told(one.finding, Rung.LINE, posted.url) for one in placed)
        return None

    def _refused_file(self, placed: Placed) -> Placed | None:
        if not self._commit_refused:
            try:
                self._post_file(placed)
            except Unprocessable as error:
                self._note(placed.finding, error)
            else:
                return None
        return self._ladder.step_down(placed, Reason.REFUSED)

    def _post_file(self, placed: Placed) -> None:
        target, finding = self._target, placed.finding
        body = f"{self._marker(placed)}\n{told_elsewhere(finding, placed.reason, self._links)}"
        comment = FileComment(finding.path, body)
        posted = self.create(
            lambda: target.forge.create_comment(target.number, target.head_sha, comment),
            lambda new: _on_all({finding.cause}, of_kind(new, Kind.FINDING)),
        )
        self.told.append(Told(finding, Rung.FILE, posted.url, placed.spot.reason))

    def _marker(self, placed: Placed) -> str:
        return str(placed.finding.marker(Kind.FINDING, self._target.head_sha))

    def _note(self, finding: Finding, refusal: Unprocessable) -> None:
        self.refusals.append(f"{finding.path}:{finding.line}: {refusal}")


def _on_all(causes: set[str], new: Sequence[Ours]) -> Posted | None:
    """A review is stored as a whole or not at all; another job may have posted some of the same causes meanwhile."""
    found: dict[str, ExistingComment] = {one.marker.cause: one.comment for one in new if one.marker.cause in causes}
    first = next(iter(found.values()), None)
    return Posted(first.id, first.url) if first is not None and len(found) == len(causes) else None
