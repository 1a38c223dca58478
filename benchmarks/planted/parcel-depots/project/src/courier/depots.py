from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Depot:
    code: str
    capacity: int
    zones: dict[str, int]

    def zone(self, postcode: str) -> int:
        return self.zones[postcode[0]]


DEPOTS = (
    Depot("LEJ", 2, {"0": 1, "1": 1, "2": 2, "8": 2}),
    Depot("HAM", 1, {"0": 2, "1": 1, "2": 1, "8": 2}),
    Depot("MUC", 1, {"0": 2, "1": 3, "2": 3, "8": 1}),
)


def nearest(postcode: str) -> Depot:
    return min(DEPOTS, key=lambda depot: depot.zone(postcode))


def with_capacity() -> Depot:
    """Spread the load over the depots, in proportion to what they can take."""
    return random.choices(DEPOTS, weights=[depot.capacity for depot in DEPOTS])[0]
