from __future__ import annotations

import logging
import random
import time
from dataclasses import dataclass, field

log = logging.getLogger(__name__)

TARIFF = {"car": 240, "van": 380, "truck": 910}


@dataclass
class Lane:
    number: int
    taken: int = 0
    passed: list[tuple[float, str]] = field(default_factory=list)
    open: bool = True

    def charge(self, vehicle: str, paid: int) -> int:
        """Take the money and return the change."""
        if vehicle not in TARIFF:
            log.warning("lane %d: %s charged as truck", self.number, vehicle)
            vehicle = "truck"
        price = TARIFF[vehicle]
        if paid < price:
            log.error("lane %d: %d short of %d", self.number, price - paid, price)
            raise ValueError(f"{paid} of {price}")
        self.taken += price
        self.passed.append((time.time(), vehicle))
        return paid - price


def pick(lanes: list[Lane]) -> Lane:
    """Any of the open lanes with the least traffic."""
    fewest = min(len(lane.passed) for lane in lanes if lane.open)
    return random.choice([lane for lane in lanes if lane.open and len(lane.passed) == fewest])
