"""The pull request that the contract tests work on, as a forge in memory and as GitHub over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flakebot.errors import ForgeError, Unavailable
from flakebot.publish.forge import ChangedFile, Forge, PullRequest
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
class Pauses:
    """Waits for nothing, and remembers."""

    asked: list[tuple[float, str]] = field(default_factory=list)

    def __call__(self, seconds: float, reason: str) -> None:
        self.asked.append((seconds, reason))


@dataclass
class World:
    """A forge under test, with a hand on what is behind it."""

    forge: Forge
    lose_the_answer_after_storing: Callable[[], None]
    comment_as_somebody: Callable[[str], object]


@contextmanager
def in_memory(project: Project) -> Iterator[World]:
    pull = PullRequest(
        number=project.number, state="open", head_sha=project.head_sha, head_branch=project.head_branch,
        head_repository=project.repository, base_sha=project.base_sha, url="https://forge.example/octo/shop/pull/7",
    )  # fmt: skip
    patches = {diff.path: None if diff.path in project.undiffed else diff.patch for diff in diffs(project.base, project.head)}
    changed = [ChangedFile(diff.path, diff.status, patches[diff.path]) for diff in diffs(project.base, project.head)]
    trees = {project.base_sha: project.base, project.head_sha: project.head}
    contents = {(path, sha): text for sha, tree in trees.items() for path, text in tree.items()}
    forge = MemoryForge(pull, changed, contents, writable=project.permission is Permission.WRITE)
    somebody = MemoryForge(pull, changed, contents, author="octocat")
    somebody.stored, somebody._ids = forge.stored, forge._ids
    lost: ForgeError = Unavailable("502")
    yield World(
        forge,
        lambda: forge.failures.append(Failure(lost, stored=True)),
        lambda body: somebody.create_issue_comment(project.number, body),
    )


@contextmanager
def over_http(project: Project) -> Iterator[World]:
    inspection = Inspection()
    with StandIn(project, inspection) as github, client(github) as forge:
        yield World(
            forge,
            lambda: github.inject(Fault(method="POST", path="/", status=502, stored=True)),
            lambda body: github.add_comment(StoredComment(id=0, author="octocat", body=body)),
        )
    assert inspection.problems == []


@contextmanager
def client(github: StandIn, pauses: Pauses | None = None, token: str = PROJECT.token) -> Iterator[GitHubForge]:
    forge = connect(
        token=token, api_url=github.url, repository=github.project.repository, pause=pauses or Pauses(), seconds_between_writes=0
    )
    try:
        yield forge
    finally:
        forge.close()
