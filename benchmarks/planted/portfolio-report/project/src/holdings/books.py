from __future__ import annotations

import gzip
import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Position:
    isin: str
    units: float
    price: float

    @property
    def value(self) -> float:
        return self.units * self.price


@dataclass(frozen=True)
class Book:
    name: str
    positions: tuple[Position, ...]

    @property
    def value(self) -> float:
        return sum(position.value for position in self.positions)

    def save(self, folder: Path) -> Path:
        path = folder / f"{self.name}.json.gz"
        with gzip.open(path, "wt", encoding="utf-8") as file:
            json.dump([asdict(position) for position in self.positions], file)
        return path

    @classmethod
    def load(cls, path: Path) -> Book:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            positions = tuple(Position(**row) for row in json.load(file))
        return cls(path.name.removesuffix(".json.gz"), positions)
