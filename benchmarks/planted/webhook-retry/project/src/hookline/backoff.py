from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Backoff:
    """Full jitter, so that the clients of a server that was down do not come back all at once."""

    base: float = 0.1
    limit: float = 30.0
    attempts: int = 5

    def ceiling(self, attempt: int) -> float:
        return min(self.limit, self.base * 2**attempt)

    def pause(self, attempt: int) -> float:
        return random.uniform(0, self.ceiling(attempt))
