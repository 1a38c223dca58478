from __future__ import annotations

import random
from dataclasses import dataclass, field

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def tracking_number() -> str:
    digits = f"{random.randrange(10**8):08d}"
    check = sum(int(d) * w for d, w in zip(digits, (8, 6, 4, 2, 3, 5, 9, 7))) % 11
    return f"{random.choice(ALPHABET)}{random.choice(ALPHABET)}{digits}{check % 10}"


@dataclass(frozen=True)
class Parcel:
    weight: int
    length: int
    width: int
    height: int
    postcode: str
    number: str = field(default_factory=tracking_number, compare=False)

    @property
    def volumetric_weight(self) -> int:
        return -(-self.length * self.width * self.height // 5000)

    @property
    def billable(self) -> int:
        return max(self.weight, self.volumetric_weight)
