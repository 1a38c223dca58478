from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class PullRequest:
    number: int
    author: str
    paths: list[str]
    labels: set[str] = field(default_factory=set)
    reviewer: str | None = None

    @property
    def urgent(self) -> bool:
        return bool(self.labels & {"hotfix", "security"})
