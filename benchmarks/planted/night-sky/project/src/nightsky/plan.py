from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Iterable

from nightsky.config import site


@dataclass(frozen=True)
class Target:
    name: str
    declination: float
    direction: str = "S"
    minutes: int = 20


@dataclass(frozen=True)
class Slot:
    target: Target
    start: datetime

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.target.minutes)


def observable(targets: Iterable[Target]) -> list[Target]:
    return [target for target in targets if site.clears(target.direction, site.altitude(target.declination))]


def plan(targets: Iterable[Target], start: datetime | None = None) -> list[Slot]:
    when = start or datetime.now(timezone.utc)
    slots = []
    for target in observable(targets):
        slot = Slot(target, when)
        slots.append(slot)
        when = slot.end
    return slots


def shuffled(slots: list[Slot], rng: random.Random | None = None) -> list[Slot]:
    return (rng or random.Random()).sample(slots, len(slots))
