"""What the bot needs of a forge, in terms of plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class Side(str, Enum):
    """Which of the two files of a diff a line belongs to: the one before the change, or the one after."""

    LEFT = "LEFT"
    RIGHT = "RIGHT"


class CommentKind(str, Enum):
    """Where a comment stands: in the conversation, as the body of a review, or in the diff."""

    ISSUE = "issue"
    REVIEW = "review"
    INLINE = "inline"


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file that a pull request changes.

    Attributes:
        path: in the head tree (in the base tree for a removed file), relative to the repository.
        status: "added", "removed", "modified", "renamed", "copied", "changed" or "unchanged".
        patch: the hunks of the unified diff, None if the forge shows none (binary or huge).
    """

    path: str
    status: str
    patch: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """A pull request.

    Attributes:
        head_repository: "owner/name" of the head, "" if it was deleted.
        url: its page.
    """

    number: int
    state: str
    head_sha: str
    head_branch: str
    head_repository: str
    base_sha: str
    url: str


@dataclass(frozen=True, slots=True)
class InlineComment:
    """A comment on lines of a diff.

    Attributes:
        line: the last line, 1-based, in the file of `side`.
        start_line: the first of several lines; None for a single one.
    """

    path: str
    line: int
    body: str
    start_line: int | None = None
    side: Side = Side.RIGHT


@dataclass(frozen=True, slots=True)
class FileComment:
    """A comment on a changed file as a whole."""

    path: str
    body: str


@dataclass(frozen=True, slots=True)
class Review:
    """A review that neither approves nor rejects; it is posted as a whole or not at all.

    Attributes:
        commit_id: head of the pull request: the commit whose lines the comments mean.
        body: never empty.
    """

    commit_id: str
    body: str
    comments: tuple[InlineComment, ...] = ()


@dataclass(frozen=True, slots=True)
class Posted:
    """What the forge stored."""

    id: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingComment:
    """A comment that is on a pull request.

    Attributes:
        author: login of who wrote it, e.g. "github-actions[bot]"; "" for a deleted account.
        path: of the file it is on, "" outside of the diff.
        line: in that file now; None outside of the diff, on a whole file, or if the diff does not show the line any more.
        start_line: the first of several lines, else None.
        whole_file: whether it is on a file of the diff as a whole.
        reply_to: id of the comment that it answers.
    """

    kind: CommentKind
    id: int
    author: str
    body: str
    url: str
    path: str = ""
    line: int | None = None
    start_line: int | None = None
    whole_file: bool = False
    reply_to: int | None = None


class Forge(Protocol):
    """One repository on a forge.

    Every operation raises a subclass of `flakebot.errors.ForgeError`: Forbidden, NotFound, Unprocessable, RateLimited
    or Unavailable; or OutOfTime. After Unavailable a creating operation may have stored what it was given.
    """

    def login(self) -> str:
        """Return the login that our comments carry."""
        ...

    def pull_request(self, number: int) -> PullRequest:
        """Return a pull request of this repository."""
        ...

    def find_pull_request(self, head_owner: str, head_branch: str, head_sha: str) -> PullRequest | None:
        """Return the open pull request whose head is exactly this commit, None if there is none."""
        ...

    def changed_files(self, number: int) -> tuple[ChangedFile, ...]:
        """Return all changed files of a pull request, in the forge's order."""
        ...

    def file_at(self, path: str, ref: str) -> str:
        """Return the text of a file at a commit; NotFound if it is not there or is no text."""
        ...

    def comments(self, number: int) -> tuple[ExistingComment, ...]:
        """Return all comments of a pull request, of all kinds and from all pages; reviews without a body are left out."""
        ...

    def create_review(self, number: int, review: Review) -> Posted:
        """Post a review with its comments in one call; Unprocessable if one line is not part of the diff."""
        ...

    def create_comment(self, number: int, commit_id: str, comment: InlineComment | FileComment) -> Posted:
        """Post one comment on lines or on a whole file of the diff."""
        ...

    def create_issue_comment(self, number: int, body: str) -> Posted:
        """Post a comment into the conversation."""
        ...

    def edit_comment(self, number: int, comment: ExistingComment, body: str) -> None:
        """Replace the body of a comment, whatever its kind."""
        ...

    def delete_comment(self, number: int, comment: ExistingComment) -> None:
        """Delete a comment; the body of a submitted review cannot be deleted, which is Unprocessable."""
        ...
