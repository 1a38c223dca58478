from __future__ import annotations

import math
from array import array
from dataclasses import dataclass

RATE = 8000


@dataclass(frozen=True)
class Clip:
    name: str
    samples: array

    @property
    def seconds(self) -> float:
        return len(self.samples) / RATE

    def peak(self) -> int:
        return max(map(abs, self.samples), default=0)


def tone(name: str, hertz: float, seconds: float = 0.05, level: float = 0.5) -> Clip:
    count = int(RATE * seconds)
    wave = (level * 32767 * math.sin(2 * math.pi * hertz * n / RATE) for n in range(count))
    return Clip(name, array("h", map(int, wave)))
