from __future__ import annotations

import secrets
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Alarm:
    quantity: str
    value: float
    hour: int
    ident: str = field(default_factory=lambda: secrets.token_hex(4), compare=False)


@dataclass
class Guard:
    """Raises an alarm when a quantity is out of its band twice in a row."""

    quantity: str
    low: float
    high: float
    _before: bool = False

    def check(self, value: float, hour: int) -> Alarm | None:
        outside = not self.low <= value <= self.high
        twice, self._before = outside and self._before, outside
        return Alarm(self.quantity, value, hour) if twice else None
