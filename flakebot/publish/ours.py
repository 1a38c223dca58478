"""Our own comments that a pull request has already: which findings they tell, and which of them tell what is over. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flakebot.publish.forge import CommentKind, ExistingComment
from flakebot.publish.marker import Kind, Marker, State, digest, read_marker, without_marker
from flakebot.publish.plan import Placed, Rung

_NOTE = re.compile(r"> \[!(?:NOTE|TIP)\]\n(?:> .*\n)+\n")
SHOWN_SHA = 10


@dataclass(frozen=True, slots=True)
class Ours:
    """A comment that we wrote.

    Attributes:
        answered: whether somebody replied to it; we never do.
    """

    comment: ExistingComment
    marker: Marker
    answered: bool

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """The lowest is kept where several tell the same: what was answered, the body of a review, the oldest."""
        return not self.answered, self.comment.kind is not CommentKind.REVIEW, self.comment.id


def find_ours(comments: Iterable[ExistingComment], login: str) -> tuple[Ours, ...]:
    """Return the comments that are ours: of this author, and with a marker at their begin; best ranked first."""
    every = tuple(comments)
    answered = {one.reply_to for one in every}
    mine = [(one, read_marker(one.body)) for one in every if one.author == login and one.reply_to is None]
    return tuple(sorted((Ours(one, marker, one.id in answered) for one, marker in mine if marker), key=lambda ours: ours.rank))


def of_kind(ours: Iterable[Ours], kind: Kind) -> tuple[Ours, ...]:
    """Return those of one kind."""
    return tuple(one for one in ours if one.marker.kind is kind)


def stands_at(comment: ExistingComment, placed: Placed) -> bool:
    """Say whether a comment stands where a finding would be put today."""
    spot = placed.spot
    if comment.kind is not CommentKind.INLINE or comment.path != placed.finding.path:
        return False
    if spot.rung is Rung.FILE:
        return comment.whole_file
    return spot.rung is Rung.LINE and comment.line is not None and (comment.line, comment.start_line) == (spot.line, spot.start_line)


def doubles(ours: Sequence[Ours]) -> tuple[Ours, ...]:
    """Return the comments on a cause that another, better ranked comment tells already; none that somebody answered."""
    seen: set[str] = set()
    extra = []
    for one in of_kind(ours, Kind.FINDING):
        if one.marker.cause in seen and not one.answered:
            extra.append(one)
        seen.add(one.marker.cause)
    return tuple(extra)


def state_now(marker: Marker, head_sha: str, text_at_head: Callable[[str], str | None]) -> State:
    """Say what is known of a cause that this run did not find.

    Args:
        marker: of the comment on it.
        head_sha: for which this run was made. A cause that was found for this very commit, by another job, is open.
        text_at_head: returns the text of a file at the head, "" if it was removed, None if that is unknown.
    """
    if marker.head == head_sha:
        return State.OPEN
    text = text_at_head(marker.path) if marker.source else None
    if text is None:
        return State.UNSEEN
    return State.UNSEEN if marker.source in {digest([line]) for line in text.splitlines()} else State.GONE


def with_note(text: str, state: State, head_sha: str) -> str:
    """Return the text of a comment or section with a note on top that says what is known of its cause now.

    Args:
        text: with or without its marker, which is left out; an older note is taken out.
        state: nothing is noted for OPEN.
        head_sha: of the run that did not find it.
    """
    sha = f"`{head_sha[:SHOWN_SHA]}`"
    note = {
        State.OPEN: "",
        State.UNSEEN: f"> [!NOTE]\n> The run for {sha} did not find this again. The line is unchanged, so that it may come back.\n\n",
        State.GONE: f"> [!TIP]\n> Probably fixed: this line is not in the file any more as of {sha}.\n\n",
    }[state]
    return f"{note}{without_note(text)}"


def without_note(text: str) -> str:
    """Return a text without the note that it begins with."""
    plain = without_marker(text).replace("\r\n", "\n")
    found = _NOTE.match(plain)
    return plain[found.end() :] if found else plain
