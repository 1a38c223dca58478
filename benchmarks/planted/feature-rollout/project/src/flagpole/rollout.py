from __future__ import annotations

from dataclasses import dataclass

from flagpole import settings
from flagpole.hashing import bucket


@dataclass(frozen=True)
class Rollout:
    percent: float
    always: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()

    def includes(self, flag: str, user: str) -> bool:
        if user in self.never:
            return False
        if user in self.always:
            return True
        return bucket(flag, user) < self.percent * settings.BUCKETS / 100
