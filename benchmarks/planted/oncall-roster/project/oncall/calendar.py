from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Shift:
    day: str
    skill: str

    @property
    def weight(self) -> int:
        return 2 if self.day in ("sat", "sun") else 1


def week(*skills: str, days: tuple[str, ...] = DAYS) -> Iterator[Shift]:
    for day in days:
        for skill in skills:
            yield Shift(day, skill)
