"""Everything that the stand-in was given."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count

from flakebot.standin.description import Fault, Project, Request, StoredArtifact, StoredComment, StoredReview
from flakebot.standin.hunks import Diff, diffs, moved


@dataclass(slots=True)
class Upload:
    """An artifact that is not finished.

    Attributes:
        blocks: by id, not yet part of the blob.
        blob: None until the list of blocks arrives.
    """

    name: str
    secret: str
    expires_at: str
    blocks: dict[str, bytes] = field(default_factory=dict)
    blob: bytes | None = None
    finished: bool = False


@dataclass(slots=True)
class Store:
    """The state; every handler runs under its lock."""

    project: Project
    reviews: dict[int, StoredReview] = field(default_factory=dict)
    inline: dict[int, StoredComment] = field(default_factory=dict)
    conversation: dict[int, StoredComment] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    artifacts: list[StoredArtifact] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    ids: Callable[[], int] = field(default_factory=lambda: count(1).__next__)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def diffs(self) -> tuple[Diff, ...]:
        """Return the diff of the pull request."""
        return diffs(self.project.base, self.project.head)

    def tree(self, ref: str) -> Mapping[str, str] | None:
        """Return the files at a commit or branch, None for an unknown one."""
        project = self.project
        merge = project.head if project.merge is None else project.merge
        trees = {project.base_sha: project.base, project.head_sha: project.head, project.merge_sha: merge}
        names = {"": project.base, project.base_branch: project.base, project.head_branch: project.head}
        return {**names, **trees, f"refs/pull/{project.number}/merge": merge}.get(ref)

    def push(self, head: Mapping[str, str], sha: str) -> None:
        """Give the pull request another head; comments on lines that its diff does not show lose their line."""
        before, self.project = self.project.head, replace(self.project, head=head, head_sha=sha, merge=None)
        places = {diff.path: diff.places for diff in self.diffs()}
        for number, comment in self.inline.items():
            if comment.line is not None:
                line = moved(before.get(comment.path, ""), head.get(comment.path, ""), comment.line)
                shown = any(line in place.lines(comment.side) for place in places.get(comment.path, ()))
                start = comment.start_line and line and comment.start_line + line - comment.line
                self.inline[number] = replace(comment, line=line if shown else None, start_line=start if shown else None)

    def take_fault(self, method: str, path: str) -> Fault | None:
        """Return the fault that this request meets, and use it up."""
        for position, fault in enumerate(self.faults):
            if fault.method == method and fault.path in path:
                self.faults[position : position + 1] = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
                return fault
        return None
