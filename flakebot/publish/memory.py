"""The forge for tests: a pull request in memory, with the rules that the real one has for diffs, bodies and permissions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import NoReturn

from flakebot.errors import Forbidden, ForgeError, NotFound, Unprocessable
from flakebot.publish.diff import fits, parse_patch
from flakebot.publish.forge import (
    ChangedFile,
    CommentKind,
    ExistingComment,
    FileComment,
    InlineComment,
    Posted,
    PullRequest,
    Review,
    Side,
)
from flakebot.publish.lines import map_line
from flakebot.publish.marker import MAX_BODY


@dataclass(frozen=True, slots=True)
class Failure:
    """An error for the next operation that writes.

    Attributes:
        error: is raised.
        stored: whether the operation is carried out before.
        creating: whether it waits for an operation that leaves a new thing.
    """

    error: ForgeError
    stored: bool = False
    creating: bool = False


class MemoryForge:
    """One pull request.

    Args:
        pull: the pull request.
        changed: its files; their patches decide where comments can stand.
        contents: (path, ref) to text.
        writable: False for a token that can only read.
        author: who we are.

    Attributes:
        stored: all comments by id.
        failures: for the next operations that write, in order.
        refused: lines, as (path, line), that take no comment although the diff shows them.
    """

    def __init__(
        self,
        pull: PullRequest,
        changed: Sequence[ChangedFile],
        contents: Mapping[tuple[str, str], str] | None = None,
        *,
        writable: bool = True,
        author: str = "github-actions[bot]",
    ) -> None:
        self._pull, self._changed, self._contents = pull, tuple(changed), dict(contents or {})
        self._writable, self._author = writable, author
        self._ids = count(1)
        self.stored: dict[int, ExistingComment] = {}
        self.failures: list[Failure] = []
        self.refused: set[tuple[str, int]] = set()

    def login(self) -> str:
        """Return the login that our comments carry."""
        return self._author

    def push(self, head_sha: str, changed: Sequence[ChangedFile], contents: Mapping[str, str]) -> None:
        """Give the pull request another head; comments on lines that the new diff does not show lose their line."""
        before = {comment.path: self._contents.get((comment.path, self._pull.head_sha), "") for comment in self.stored.values()}
        self._pull, self._changed = replace(self._pull, head_sha=head_sha), tuple(changed)
        self._contents |= {(path, head_sha): text for path, text in contents.items()}
        for number, comment in self.stored.items():
            if comment.line is not None:
                self.stored[number] = self._moved(comment, before[comment.path])

    def add(self, comment: ExistingComment) -> ExistingComment:
        """Store a comment of anybody; its id and address are given here."""
        number = next(self._ids)
        self.stored[number] = replace(comment, id=number, url=f"{self._pull.url}#{comment.kind.value}-{number}")
        return self.stored[number]

    def pull_request(self, number: int) -> PullRequest:
        """Return a pull request of this repository."""
        self._check_number(number)
        return self._pull

    def find_pull_request(self, head_owner: str, head_branch: str, head_sha: str) -> PullRequest | None:
        """Return the open pull request whose head is exactly this commit, None if there is none."""
        owner = self._pull.head_repository.partition("/")[0]
        here = (owner, self._pull.head_branch, self._pull.head_sha) == (head_owner, head_branch, head_sha)
        return self._pull if here and self._pull.state == "open" else None

    def changed_files(self, number: int) -> tuple[ChangedFile, ...]:
        """Return all changed files of a pull request."""
        self._check_number(number)
        return self._changed

    def file_at(self, path: str, ref: str) -> str:
        """Return the text of a file at a commit; NotFound if it is not there."""
        if (path, ref) not in self._contents:
            raise NotFound(f"{path} at {ref} is not there")
        return self._contents[path, ref]

    def comments(self, number: int) -> tuple[ExistingComment, ...]:
        """Return all comments of a pull request; reviews without a body are left out."""
        self._check_number(number)
        order = (CommentKind.REVIEW, CommentKind.INLINE, CommentKind.ISSUE)
        found = sorted(self.stored.values(), key=lambda comment: (order.index(comment.kind), comment.id))
        return tuple(comment for comment in found if comment.body)

    def create_review(self, number: int, review: Review) -> Posted:
        """Post a review with its comments, all or nothing."""
        failure = self._begin(number, review.body, review.commit_id)
        for comment in review.comments:
            self._check_lines(comment)
        posted = self._store(CommentKind.REVIEW, review.body)
        for comment in review.comments:
            self._store_inline(comment)
        return self._end(failure, posted)

    def create_comment(self, number: int, commit_id: str, comment: InlineComment | FileComment) -> Posted:
        """Post one comment on lines or on a whole file of the diff."""
        failure = self._begin(number, comment.body, commit_id)
        if isinstance(comment, InlineComment):
            self._check_lines(comment)
        elif comment.path not in {file.path for file in self._changed}:
            _refuse("path is invalid")
        return self._end(failure, self._store_inline(comment))

    def create_issue_comment(self, number: int, body: str) -> Posted:
        """Post a comment into the conversation."""
        failure = self._begin(number, body, self._pull.head_sha)
        return self._end(failure, self._store(CommentKind.ISSUE, body))

    def edit_comment(self, number: int, comment: ExistingComment, body: str) -> None:
        """Replace the body of a comment, whatever its kind."""
        failure = self._begin(number, body, self._pull.head_sha, creates=False)
        self.stored[comment.id] = replace(self._existing(comment), body=body)
        self._end(failure, None)

    def delete_comment(self, number: int, comment: ExistingComment) -> None:
        """Delete a comment; the body of a submitted review cannot be deleted."""
        failure = self._begin(number, comment.body, self._pull.head_sha, creates=False)
        if self._existing(comment).kind is CommentKind.REVIEW:
            _refuse("Can not delete a non-pending pull request review")
        del self.stored[comment.id]
        self._end(failure, None)

    def _check_number(self, number: int) -> None:
        if number != self._pull.number:
            raise NotFound(f"there is no pull request {number}")

    def _existing(self, comment: ExistingComment) -> ExistingComment:
        if comment.id not in self.stored:
            raise NotFound(f"there is no comment {comment.id}")
        return self.stored[comment.id]

    def _begin(self, number: int, body: str, commit_id: str, *, creates: bool = True) -> Failure | None:
        due = bool(self.failures) and (creates or not self.failures[0].creating)
        failure = self.failures.pop(0) if due else None
        if failure is not None and not failure.stored:
            raise failure.error
        if not self._writable:
            raise Forbidden("Resource not accessible by integration", ("Resource not accessible by integration",))
        self._check_number(number)
        if not body.strip():
            _refuse("body can't be blank")
        if len(body) > MAX_BODY:
            _refuse(f"Body is too long (maximum is {MAX_BODY} characters)")
        if commit_id != self._pull.head_sha:
            _refuse("end_commit_oid is not part of the pull request")
        return failure

    def _end(self, failure: Failure | None, result: Posted | None) -> Posted:
        if failure is not None:
            raise failure.error
        return result or Posted(0, "")

    def _check_lines(self, comment: InlineComment) -> None:
        if len(comment.body) > MAX_BODY:
            _refuse(f"Body is too long (maximum is {MAX_BODY} characters)")
        file = next((file for file in self._changed if file.path == comment.path), None)
        if file is None:
            _refuse("Pull request review thread path is invalid")
        if (comment.path, comment.line) in self.refused or not fits(
            parse_patch(file.patch), comment.line, comment.start_line, comment.side
        ):
            _refuse("Pull request review thread line must be part of the diff")

    def _moved(self, comment: ExistingComment, before: str) -> ExistingComment:
        after = self._contents.get((comment.path, self._pull.head_sha), "")
        line = map_line(before, after, comment.line or 0)
        hunks = next((parse_patch(file.patch) for file in self._changed if file.path == comment.path), ())
        if line is None or not fits(hunks, line, None, Side.RIGHT):
            return replace(comment, line=None, start_line=None)
        start = comment.start_line and comment.start_line + line - (comment.line or 0)
        return replace(comment, line=line, start_line=start)

    def _store(self, kind: CommentKind, body: str) -> Posted:
        stored = self.add(ExistingComment(kind=kind, id=0, author=self._author, body=body, url=""))
        return Posted(stored.id, stored.url)

    def _store_inline(self, comment: InlineComment | FileComment) -> Posted:
        made = ExistingComment(
            kind=CommentKind.INLINE, id=0, author=self._author, body=comment.body, url="", path=comment.path, whole_file=True
        )
        if isinstance(comment, InlineComment):
            made = replace(made, line=comment.line, start_line=comment.start_line, whole_file=False)
        stored = self.add(made)
        return Posted(stored.id, stored.url)


def _refuse(text: str) -> NoReturn:
    raise Unprocessable(text, (text,))
