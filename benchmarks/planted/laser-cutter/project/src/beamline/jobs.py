from __future__ import annotations

import math
import uuid
from dataclasses import dataclass, field

BED = (600.0, 400.0)


class JobRefused(ValueError):
    pass


@dataclass(frozen=True)
class Cut:
    x: float
    y: float
    to_x: float
    to_y: float

    @property
    def length(self) -> float:
        return math.hypot(self.to_x - self.x, self.to_y - self.y)

    def inside(self) -> bool:
        return all(0 <= x <= BED[0] for x in (self.x, self.to_x)) and all(
            0 <= y <= BED[1] for y in (self.y, self.to_y)
        )


@dataclass
class Job:
    material: str
    cuts: list[Cut]
    ident: str = field(default_factory=lambda: uuid.uuid4().hex[:6])

    def check(self) -> None:
        for cut in self.cuts:
            if not cut.inside():
                raise JobRefused(f"{self.material}: {cut} leaves the bed")

    @property
    def length(self) -> float:
        return sum(cut.length for cut in self.cuts)
