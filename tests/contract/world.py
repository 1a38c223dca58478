"""The pull request that the contract tests work on, as a forge in memory and as GitHub over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field

from flakebot.deadline import Deadline
from flakebot.errors import Unavailable
from flakebot.publish.forge import ChangedFile, CommentKind, ExistingComment, Forge, PullRequest
from flakebot.publish.github import GitHubForge, connect
from flakebot.publish.memory import Failure, MemoryForge
from flakebot.standin import Fault, Permission, Project, StandIn, StoredComment
from flakebot.standin.hunks import diffs
from tests.contract.openapi import Inspection

LINES = [f"line {number}" for number in range(1, 61)]
LONG = "".join(f"{line}\n" for line in LINES)
CHANGED = LONG.replace("line 10\n", "line ten\nand a half\n").replace("line 40\n", "")
BASE = {"shop/long.py": LONG, "shop/gone.py": "one\ntwo\n", "shop/same.py": "same\n", "picture.txt": "old\n"}
HEAD = {"shop/long.py": CHANGED, "shop/new.py": "first\nsecond", "shop/same.py": "same\n", "picture.txt": "new\n"}
PROJECT = Project(base=BASE, head=HEAD, undiffed=frozenset({"picture.txt"}))
HEAD_SHA, NUMBER = PROJECT.head_sha, PROJECT.number


@dataclass
class FakeClock:
    """A clock on which time passes only by waiting."""

    seconds: float = 1_000.0
    waits: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.seconds += seconds

    def alarm(self, seconds: float, error: Exception) -> AbstractContextManager[None]:
        return nullcontext()


@dataclass
class Waiting:
    """A deadline on a fake clock, and what people were told."""

    clock: FakeClock = field(default_factory=FakeClock)
    said: list[str] = field(default_factory=list)
    seconds: float = 255.0

    def deadline(self) -> Deadline:
        return Deadline(self.clock, self.said.append, self.seconds)


@dataclass(kw_only=True)
class World:
    """A forge under test, with a hand on what is behind it.

    Attributes:
        lose_answers: loses the answers to the next requests that create something; they are carried out, or not.
        comment_as_somebody: puts a comment of somebody else into the conversation.
        reply_as_somebody: answers a comment in the diff.
        push: gives the pull request another head.
    """

    forge: Forge
    lose_answers: Callable[[bool], object]
    comment_as_somebody: Callable[[str], object]
    reply_as_somebody: Callable[[ExistingComment], object]
    push: Callable[[Mapping[str, str], str], object]
    writes: Callable[[], int]


class CountingForge(MemoryForge):
    """Counts what it is asked to write."""

    writes = 0

    def _begin(self, number: int, body: str, commit_id: str, *, creates: bool = True) -> Failure | None:
        self.writes += 1
        return super()._begin(number, body, commit_id, creates=creates)


@contextmanager
def in_memory(project: Project) -> Iterator[World]:
    pull = PullRequest(
        number=project.number, state="open", head_sha=project.head_sha, head_branch=project.head_branch,
        head_repository=project.repository, base_sha=project.base_sha, url="https://forge.example/octo/shop/pull/7",
    )  # fmt: skip
    trees = {project.base_sha: project.base, project.head_sha: project.head}
    contents = {(path, sha): text for sha, tree in trees.items() for path, text in tree.items()}
    writable = project.permission is Permission.WRITE
    forge = CountingForge(pull, changed(project, project.head), contents, writable=writable, author=project.login)
    forge.refused = set(project.refused)

    def somebody(**values: object) -> ExistingComment:
        return forge.add(ExistingComment(id=0, author="octocat", url="", **values))  # type: ignore[arg-type]

    yield World(
        forge=forge,
        lose_answers=lambda stored: forge.failures.append(Failure(Unavailable("502"), stored=stored, creating=True)),
        comment_as_somebody=lambda body: somebody(kind=CommentKind.ISSUE, body=body),
        reply_as_somebody=lambda one: somebody(kind=CommentKind.INLINE, body="No.", path=one.path, line=one.line, reply_to=one.id),
        push=lambda head, sha: forge.push(sha, changed(project, head), head),
        writes=lambda: forge.writes,
    )


def changed(project: Project, head: Mapping[str, str]) -> list[ChangedFile]:
    found = diffs(project.base, head)
    return [ChangedFile(diff.path, diff.status, None if diff.path in project.undiffed else diff.patch) for diff in found]


@contextmanager
def over_http(project: Project) -> Iterator[World]:
    inspection = Inspection()
    with StandIn(project, inspection) as github, client(github) as forge:

        def somebody(body: str, **values: object) -> StoredComment:
            return github.add_comment(StoredComment(id=0, author="octocat", body=body, **values))  # type: ignore[arg-type]

        yield World(
            forge=forge,
            lose_answers=lambda stored: github.inject(Fault(method="POST", path="/repos/", status=502, stored=stored)),
            comment_as_somebody=somebody,
            reply_as_somebody=lambda one: somebody("No.", path=one.path, line=one.line, reply_to=one.id),
            push=github.push,
            writes=lambda: sum(one.method != "GET" and "graphql" not in one.path for one in github.requests),
        )
    assert inspection.problems == []


@contextmanager
def client(github: StandIn, waiting: Waiting | None = None, token: str = PROJECT.token, between: float = 0) -> Iterator[GitHubForge]:
    forge = connect(
        token=token,
        api_url=github.api_url,
        repository=github.project.repository,
        deadline=(waiting or Waiting()).deadline(),
        seconds_between_writes=between,
    )
    try:
        yield forge
    finally:
        forge.close()
