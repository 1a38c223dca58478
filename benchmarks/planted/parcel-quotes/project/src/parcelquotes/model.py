from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Parcel:
    grams: int
    length: int
    width: int
    height: int
    country: str = "NL"

    @property
    def volumetric_grams(self) -> int:
        return self.length * self.width * self.height // 5

    @property
    def billable_grams(self) -> int:
        return max(self.grams, self.volumetric_grams)


@dataclass(frozen=True, order=True)
class Quote:
    cents: int
    carrier: str
    days: int


class Carrier(Protocol):
    name: str

    def quote(self, parcel: Parcel) -> Quote | None: ...
