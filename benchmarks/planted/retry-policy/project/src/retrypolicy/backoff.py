from __future__ import annotations

import random
from dataclasses import dataclass, field


@dataclass
class Backoff:
    """Exponential delays with jitter: base, 2 * base, 4 * base, ... up to the limit."""

    base: float = 0.1
    factor: float = 2.0
    limit: float = 30.0
    jitter: float = 0.2
    rng: random.Random = field(default_factory=random.Random, repr=False)

    def delay(self, attempt: int) -> float:
        """The delay after the given attempt, counted from 1."""
        if attempt < 1:
            raise ValueError(f"no such attempt: {attempt}")
        delay = min(self.limit, self.base * self.factor**attempt)
        return delay * self.rng.uniform(1 - self.jitter, 1 + self.jitter)

    def total(self, attempts: int) -> float:
        return sum(self.delay(attempt) for attempt in range(1, attempts))
