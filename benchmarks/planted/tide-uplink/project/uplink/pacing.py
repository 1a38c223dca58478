import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Pacing:
    first: float = 0.5
    factor: float = 2.0
    ceiling: float = 8.0
    spread: tuple[float, float] = (0.8, 1.4)

    def waits(self, attempts):
        step = self.first
        for _ in range(attempts - 1):
            yield min(step, self.ceiling) * random.uniform(*self.spread)
            step *= self.factor
