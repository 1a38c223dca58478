from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Subject:
    account: str
    region: str = "eu"


@dataclass
class Rollout:
    flag: str
    percent: int
    allow: set[str] = field(default_factory=set)

    def __post_init__(self):
        if not 0 <= self.percent <= 100:
            raise ValueError("percent out of range")

    def slot(self, subject: Subject) -> int:
        return hash((self.flag, subject)) % 100

    def enabled(self, subject: Subject) -> bool:
        if subject.account in self.allow:
            return True
        return self.slot(subject) < self.percent
