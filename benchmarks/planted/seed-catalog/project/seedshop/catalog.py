from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

SOWING = {"spring": {3, 4, 5}, "summer": {6, 7, 8}, "autumn": {9, 10, 11}}


@dataclass
class Seed:
    sku: str
    name: str
    season: str
    cents: int
    stock: int
    listed: bool = True


class Catalog:
    def __init__(self, seeds: list[Seed]):
        self._seeds = {seed.sku: seed for seed in seeds}

    @classmethod
    def read(cls, path: Path) -> "Catalog":
        with path.open(newline="") as stream:
            return cls(
                [
                    Seed(row["sku"], row["name"], row["season"], int(row["cents"]), int(row["stock"]))
                    for row in csv.DictReader(stream)
                ]
            )

    def __iter__(self) -> Iterator[Seed]:
        return iter(self._seeds.values())

    def __getitem__(self, sku: str) -> Seed:
        return self._seeds[sku]

    def listed(self) -> list[Seed]:
        return [seed for seed in self if seed.listed and seed.stock > 0]

    def to_sow(self, month: int) -> list[str]:
        return sorted(seed.name for seed in self.listed() if month in SOWING[seed.season])

    def retire(self, sku: str) -> None:
        self._seeds[sku].listed = False

    def search(self, text: str) -> list[Seed]:
        return [seed for seed in self.listed() if text.casefold() in seed.name.casefold()]
