"""The forge for real: GitHub through PyGithub."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeVar

from github import Auth, Github
from github.Commit import Commit
from github.ContentFile import ContentFile
from github.File import File
from github.GithubObject import GithubObject
from github.IssueComment import IssueComment
from github.NamedUser import NamedUser
from github.Organization import Organization
from github.PaginatedList import PaginatedList
from github.PullRequest import PullRequest as RemotePullRequest
from github.PullRequestComment import PullRequestComment
from github.PullRequestReview import PullRequestReview
from github.Repository import Repository

from flakebot.deadline import Deadline
from flakebot.errors import Forbidden, NotFound, Unprocessable
from flakebot.publish.forge import (
    ChangedFile,
    CommentKind,
    ExistingComment,
    FileComment,
    InlineComment,
    Posted,
    PullRequest,
    Review,
)
from flakebot.publish.pacing import SECONDS_BETWEEN_WRITES, Access, Pacing

ACTIONS_BOT = "github-actions[bot]"
PAGE = 100
TIMEOUT = 20  # seconds
_LEFT_OUT = ("line", "start_line", "in_reply_to_id", "subject_type", "patch")  # keys that an answer may leave out
T = TypeVar("T", bound=GithubObject)


def connect(
    *,
    token: str,
    api_url: str,
    repository: str,
    deadline: Deadline,
    seconds_between_writes: float = SECONDS_BETWEEN_WRITES,
) -> GitHubForge:
    """Return the forge of a repository; no request is made yet.

    Args:
        token: of the job.
        api_url: `GITHUB_API_URL`, e.g. "https://api.github.com".
        repository: "owner/name".
        deadline: for all requests together.
        seconds_between_writes: from the end of one to the begin of the next.
    """
    api = Github(
        auth=Auth.Token(token),
        base_url=api_url.rstrip("/"),
        timeout=TIMEOUT,
        per_page=PAGE,
        retry=None,  # see Pacing
        seconds_between_requests=None,
        seconds_between_writes=None,
        lazy=True,
    )
    return GitHubForge(api, repository, Pacing(deadline, seconds_between_writes))


class GitHubForge:
    """One repository on GitHub.

    Args:
        api: a lazy client that repeats nothing by itself.
        repository: "owner/name".
        pacing: repeats what may be repeated.
    """

    def __init__(self, api: Github, repository: str, pacing: Pacing) -> None:
        self._api, self._name, self._pacing = api, repository, pacing

    def login(self) -> str:
        """Return the login that our comments carry; where GitHub does not tell, that of the token which every job has."""
        query = "query { viewer { login } }"  # GET /user is forbidden to the tokens of jobs and apps; this is not
        try:
            found = self._pacing.run("asking who we are", lambda: self._api.requester.graphql_query(query, {})[1])
            login = found["data"]["viewer"]["login"]
        except (Forbidden, NotFound, Unprocessable, LookupError, TypeError):
            return ACTIONS_BOT
        return login if isinstance(login, str) and login else ACTIONS_BOT

    def pull_request(self, number: int) -> PullRequest:
        """Return a pull request of this repository."""
        return self._pacing.run(f"reading pull request {number}", lambda: _pull_request(self._pull(number)))

    def find_pull_request(self, head_owner: str, head_branch: str, head_sha: str) -> PullRequest | None:
        """Return the open pull request whose head is exactly this commit, None if there is none."""

        def find() -> PullRequest | None:
            found = self._all(RemotePullRequest, "pulls", state="open", head=f"{head_owner}:{head_branch}")
            # GitHub ignores a filter that it does not understand, and lists all: each one is compared.
            return next((_pull_request(pull) for pull in found if pull.head.sha == head_sha and pull.head.ref == head_branch), None)

        return self._pacing.run(f"looking for the pull request of {head_owner}:{head_branch}", find)

    def changed_files(self, number: int) -> tuple[ChangedFile, ...]:
        """Return all changed files of a pull request, in GitHub's order (at most 3000: its limit)."""
        return self._pacing.run(
            f"reading the changed files of pull request {number}",
            lambda: tuple(ChangedFile(file.filename, file.status, file.patch) for file in self._all(File, f"pulls/{number}/files")),
        )

    def file_at(self, path: str, ref: str) -> str:
        """Return the text of a file at a commit; NotFound if it is not there or is no text."""
        found = self._pacing.run(f"reading {path} at {ref[:12]}", lambda: self._repository().get_contents(path, ref))
        if not isinstance(found, ContentFile) or found.encoding != "base64":  # a folder, or more than 1 MB
            raise NotFound(f"{path} at {ref[:12]} is no file of text that GitHub shows")
        try:
            return found.decoded_content.decode()
        except UnicodeDecodeError:
            raise NotFound(f"{path} at {ref[:12]} is no text in UTF-8") from None

    def comments(self, number: int) -> tuple[ExistingComment, ...]:
        """Return all comments of a pull request, of all kinds and from all pages; reviews without a body are left out."""
        return self._pacing.run(f"reading the comments of pull request {number}", lambda: tuple(self._comments(number)))

    def create_review(self, number: int, review: Review) -> Posted:
        """Post a review with its comments in one call; Unprocessable if one line is not part of the diff."""

        def create() -> Posted:
            comments: list[Any] = [_lines(comment) | {"body": comment.body} for comment in review.comments]
            # Made by hand: asking the repository for the commit would be a request for nothing but the sha we have.
            commit = Commit(self._api.requester, attributes={"sha": review.commit_id})
            posted = self._pull(number).create_review(commit, review.body, "COMMENT", comments)
            return _posted(posted)

        return self._pacing.run(f"posting a review on pull request {number}", create, Access.CREATE)

    def create_comment(self, number: int, commit_id: str, comment: InlineComment | FileComment) -> Posted:
        """Post one comment on lines or on a whole file of the diff."""

        def create() -> Posted:
            place = _lines(comment) if isinstance(comment, InlineComment) else {"path": comment.path, "subject_type": "file"}
            posted = self._pull(number).create_review_comment(comment.body, commit_id, **place)
            return _posted(posted)

        return self._pacing.run(f"posting a comment on {comment.path} of pull request {number}", create, Access.CREATE)

    def create_issue_comment(self, number: int, body: str) -> Posted:
        """Post a comment into the conversation."""

        def create() -> Posted:
            posted = self._repository().get_issue(number).create_comment(body)
            return _posted(posted)

        return self._pacing.run(f"posting a comment on pull request {number}", create, Access.CREATE)

    def edit_comment(self, number: int, comment: ExistingComment, body: str) -> None:
        """Replace the body of a comment, whatever its kind."""
        self._pacing.run(f"editing comment {comment.id}", lambda: self._remote(number, comment).edit(body), Access.CHANGE)

    def delete_comment(self, number: int, comment: ExistingComment) -> None:
        """Delete a comment; the body of a submitted review cannot be deleted, which is Unprocessable."""
        self._pacing.run(f"deleting comment {comment.id}", lambda: self._remote(number, comment).delete(), Access.CHANGE)

    def close(self) -> None:
        """Close the connections."""
        self._api.close()

    def _repository(self) -> Repository:
        return self._api.get_repo(self._name)

    def _pull(self, number: int) -> RemotePullRequest:
        return self._repository().get_pull(number)

    def _comments(self, number: int) -> Iterator[ExistingComment]:
        for review in self._all(PullRequestReview, f"pulls/{number}/reviews"):
            if review.body:
                yield _existing(CommentKind.REVIEW, review)
        for comment in self._all(PullRequestComment, f"pulls/{number}/comments"):
            yield _inline(comment)
        for said in self._all(IssueComment, f"issues/{number}/comments"):
            yield _existing(CommentKind.ISSUE, said)

    def _all(self, kind: type[T], path: str, **filters: str) -> Iterator[T]:
        """All pages of a list."""
        return iter(_Pages(kind, self._api.requester, f"/repos/{self._name}/{path}", filters, attributesTransformer=_complete))

    def _remote(self, number: int, comment: ExistingComment) -> IssueComment | PullRequestComment | PullRequestReview:
        match comment.kind:
            case CommentKind.ISSUE:
                return self._repository().get_issue(number).get_comment(comment.id)
            case CommentKind.INLINE:
                return self._pull(number).get_review_comment(comment.id)
            case CommentKind.REVIEW:
                return self._pull(number).get_review(comment.id)


class _Pages(PaginatedList[T]):
    """PyGithub takes a proxy's page, or an object, for a list without entries: nothing would be known of what is there."""

    def _getPage(self, data: Any, headers: dict[str, str | int] | None) -> list[T]:  # noqa: N802 - the name of the base class
        if not isinstance(data, list):
            raise TypeError("no list")
        return super()._getPage(data, headers)


def _complete(found: dict[str, Any]) -> dict[str, Any]:
    """A lazy object asks GitHub again for each value that its answer left out."""
    return {**dict.fromkeys(_LEFT_OUT), **found}


def _pull_request(pull: RemotePullRequest) -> PullRequest:
    head = pull.head
    repository: Repository | None = head.repo  # none is left of a deleted fork, whatever PyGithub's types say
    return PullRequest(
        number=pull.number,
        state=pull.state,
        head_sha=head.sha,
        head_branch=head.ref,
        head_repository=repository.full_name if repository is not None else "",
        base_sha=pull.base.sha,
        url=pull.html_url,
    )


def _posted(found: IssueComment | PullRequestComment | PullRequestReview) -> Posted:
    identity: int | None = found.id  # PyGithub makes an object of any answer, a proxy's page included
    if identity is None:
        raise ValueError("no id")
    return Posted(identity, found.html_url)


def _existing(kind: CommentKind, found: IssueComment | PullRequestComment | PullRequestReview) -> ExistingComment:
    user: NamedUser | Organization | None = found.user  # none is left of a deleted account
    author = user.login if user is not None else ""
    return ExistingComment(kind=kind, id=found.id, author=author, body=found.body or "", url=found.html_url)


def _inline(found: PullRequestComment) -> ExistingComment:
    whole = found.subject_type == "file"
    return replace(
        _existing(CommentKind.INLINE, found),
        path=found.path,
        line=None if whole else found.line,  # a number, if there is one, means nothing there
        start_line=None if whole else found.start_line,
        whole_file=whole,
        reply_to=found.in_reply_to_id,
    )


def _lines(comment: InlineComment) -> dict[str, Any]:
    place: dict[str, Any] = {"path": comment.path, "line": comment.line, "side": comment.side.value}
    if comment.start_line is not None:
        place |= {"start_line": comment.start_line, "start_side": comment.side.value}
    return place
