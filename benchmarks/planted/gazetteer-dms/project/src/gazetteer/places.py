from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Iterable

from gazetteer.dms import format_pair, parse_pair

EARTH_RADIUS_KM = 6371.0


@dataclass(frozen=True)
class Place:
    name: str
    lat: float
    lon: float

    @classmethod
    def from_line(cls, line: str) -> "Place":
        name, _, position = line.partition("\t")
        return cls(name.strip(), *parse_pair(position))

    def to_line(self) -> str:
        return f"{self.name}\t{format_pair(self.lat, self.lon)}"

    def distance_to(self, lat: float, lon: float) -> float:
        a, b = math.radians(self.lat), math.radians(lat)
        half = math.sin((b - a) / 2) ** 2
        half += math.cos(a) * math.cos(b) * math.sin(math.radians(lon - self.lon) / 2) ** 2
        return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half))


class Gazetteer:
    def __init__(self, places: Iterable[Place] = ()):
        self.places = list(places)

    @classmethod
    def loads(cls, text: str) -> "Gazetteer":
        return cls(Place.from_line(line) for line in text.splitlines() if line.strip())

    def dumps(self) -> str:
        return "\n".join(place.to_line() for place in sorted(self.places, key=lambda p: p.name))

    def nearest(self, lat: float, lon: float) -> Place:
        return min(self.places, key=lambda place: (place.distance_to(lat, lon), place.name))
