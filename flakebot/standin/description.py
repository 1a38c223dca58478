"""What the stand-in pretends to be, how it shall fail, and what it was given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Permission(str, Enum):
    """What the token may do with pull requests; a fork's or Dependabot's can only read."""

    WRITE = "write"
    READ = "read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A repository with one open pull request, and a job that runs for it.

    Attributes:
        base, head: path to text of every file, before and after the change.
        repository: "owner/name".
        head_repository: "owner/name" that the head comes from; "" for the same repository.
        number: of the pull request.
        merge: the tree that a job checks out; None for the head.
        undiffed: changed files whose diff is not shown, as for binary or huge ones.
        refused: lines, as (path, line), that take no comment although the diff shows them.
        token: of the job.
        login: who the token is.
        api_path: of the REST interface, e.g. "/api/v3" as on an enterprise server.
    """

    base: Mapping[str, str]
    head: Mapping[str, str]
    repository: str = "octo/shop"
    head_repository: str = ""
    number: int = 7
    title: str = "A change"
    base_branch: str = "main"
    head_branch: str = "change"
    base_sha: str = "b" * 40
    head_sha: str = "a" * 40
    merge_sha: str = "c" * 40
    merge: Mapping[str, str] | None = None
    undiffed: frozenset[str] = frozenset()
    refused: frozenset[tuple[str, int]] = frozenset()
    permission: Permission = Permission.WRITE
    token: str = field(default="stand-in-token", repr=False)
    login: str = "github-actions[bot]"
    api_path: str = ""
    run_id: str = "1001"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """An answer that is given instead of the right one.

    Attributes:
        method: e.g. "POST".
        path: any part of the path.
        status: of the answer.
        message: in GitHub's JSON shape.
        headers: in addition.
        body: raw bytes instead of JSON, such as a proxy's page.
        stored: whether the request is carried out before the answer is lost.
        times: for how many requests.
    """

    method: str
    path: str
    status: int
    message: str = "Server Error"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    stored: bool = False
    times: int = 1


@dataclass(frozen=True, slots=True)
class Request:
    """A request that was answered."""

    method: str
    path: str
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReview:
    """A review; its comments name it."""

    id: int
    author: str
    body: str
    state: str
    commit_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredComment:
    """A comment in the diff, or in the conversation if it has no path.

    Attributes:
        line: None for a whole file, in the conversation, and when a push took the line out of the diff.
        whole_file: whether it is on a file of the diff as a whole.
        review: id of the review that it came with.
        reply_to: id of the comment that it answers.
    """

    id: int
    author: str
    body: str
    path: str = ""
    line: int | None = None
    start_line: int | None = None
    side: str = "RIGHT"
    commit_id: str = ""
    review: int | None = None
    reply_to: int | None = None
    hunk: str = ""
    whole_file: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArtifact:
    """A finished artifact.

    Attributes:
        entries: path and size of each file in the zip, in its order.
        expires_at: as it was asked for, "" if it was not.
    """

    id: int
    name: str
    size: int
    digest: str
    expires_at: str
    entries: tuple[tuple[str, int], ...]
    content: bytes = field(repr=False)
