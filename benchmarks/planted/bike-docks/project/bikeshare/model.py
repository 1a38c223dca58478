from __future__ import annotations

import enum
import itertools
import time
from dataclasses import dataclass, field

_rides = itertools.count(1000)


class DockFull(Exception):
    pass


class Fare(enum.IntEnum):
    FREE = 0
    SHORT = 150
    LONG = 400

    @classmethod
    def of(cls, minutes: float) -> Fare:
        if minutes <= 5:
            return cls.FREE
        return cls.SHORT if minutes <= 45 else cls.LONG


@dataclass(frozen=True)
class Dock:
    name: str
    places: int
    bikes: int = 0

    @property
    def free(self) -> int:
        return self.places - self.bikes


@dataclass
class Ride:
    rider: str
    started: float = field(default_factory=time.time)
    number: int = field(default_factory=lambda: next(_rides))

    def fare(self, now: float | None = None) -> Fare:
        return Fare.of(((now or time.time()) - self.started) / 60)
