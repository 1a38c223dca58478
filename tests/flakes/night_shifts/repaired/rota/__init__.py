import time
from datetime import datetime, timezone

EARLY, LATE = 6, 22


class Rota:
    """Who works when; moments are seconds since the epoch."""

    def __init__(self, made=None):
        self.made = made or time.time()
        self.shifts = []

    def add(self, who, start):
        self.shifts.append((start, who))

    def on_day(self, day):
        return sorted(who for start, who in self.shifts if day_of(start) == day)


def day_of(moment):
    return datetime.fromtimestamp(moment, tz=timezone.utc).strftime("%A")
