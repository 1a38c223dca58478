from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Leg:
    line: str
    start: str
    end: str
    minutes: int


@dataclass(frozen=True)
class Trip:
    legs: tuple[Leg, ...] = ()

    @property
    def minutes(self) -> int:
        return sum(leg.minutes for leg in self.legs)

    @property
    def changes(self) -> int:
        return sum(before.line != after.line for before, after in pairwise(self.legs))

    def extended(self, leg: Leg) -> Trip:
        return Trip((*self.legs, leg))
