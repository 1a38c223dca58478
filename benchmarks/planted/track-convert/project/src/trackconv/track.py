from __future__ import annotations

import math
from dataclasses import dataclass, field

EARTH = 6371008.8


@dataclass(frozen=True)
class Point:
    lat: float
    lon: float
    elevation: float = 0.0

    def distance(self, other: Point) -> float:
        a, b = math.radians(self.lat), math.radians(other.lat)
        half = math.sin((b - a) / 2) ** 2
        half += math.cos(a) * math.cos(b) * math.sin(math.radians(other.lon - self.lon) / 2) ** 2
        return 2 * EARTH * math.asin(math.sqrt(half))


@dataclass
class Track:
    name: str
    points: list[Point] = field(default_factory=list)

    @property
    def length(self) -> float:
        return sum(a.distance(b) for a, b in zip(self.points, self.points[1:]))

    @property
    def climb(self) -> float:
        return sum(max(0.0, b.elevation - a.elevation) for a, b in zip(self.points, self.points[1:]))
