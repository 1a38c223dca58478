from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True)
class Leg:
    origin: str
    destination: str
    passengers: int


class Manifest:
    def __init__(self, legs):
        self.legs = list(legs)

    def per_port(self):
        totals = Counter()
        for leg in self.legs:
            totals[leg.destination] += leg.passengers
        return totals

    def render(self):
        rows = sorted(self.per_port().items())
        width = max((len(port) for port, _ in rows), default=0)
        return [f"{port:<{width}} {count:>4}" for port, count in rows]

    def total(self):
        return sum(leg.passengers for leg in self.legs)
