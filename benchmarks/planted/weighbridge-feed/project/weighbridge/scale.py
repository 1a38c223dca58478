import itertools
import time
from dataclasses import dataclass
from datetime import datetime, timezone


@dataclass(frozen=True)
class Weighing:
    ticket: int
    plate: str
    kg: int
    at: datetime


class Scale:
    """The indicator's own clock advances in steps of a quarter second."""

    def __init__(self, site):
        self.site = site
        self._tickets = itertools.count(1)

    def _clock(self):
        ticks = int(time.time() * 4)
        return datetime.fromtimestamp(ticks / 4, tz=timezone.utc)

    def weigh(self, plate, kg):
        return Weighing(next(self._tickets), plate, kg, self._clock())
