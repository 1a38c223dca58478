import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta

serials = itertools.count(1)


@dataclass(frozen=True)
class Ticket:
    plate: str
    start: datetime
    end: datetime
    serial: int

    @property
    def label(self):
        return f"{self.plate} until {self.end:%H:%M}"


def sell(plate, minutes):
    start = datetime.now()  # CAUSE
    return Ticket(plate, start, start + timedelta(minutes=minutes), next(serials))
