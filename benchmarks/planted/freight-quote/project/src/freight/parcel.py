from __future__ import annotations

from dataclasses import dataclass

DIVISOR = 5000


@dataclass(frozen=True)
class Parcel:
    """Centimetres and kilograms."""

    length: int
    width: int
    height: int
    weight: float
    value: float = 0.0

    def __post_init__(self) -> None:
        if min(self.length, self.width, self.height) <= 0 or self.weight <= 0:
            raise ValueError("a parcel has an extent and a weight")

    @property
    def volumetric(self) -> float:
        return self.length * self.width * self.height / DIVISOR

    @property
    def chargeable(self) -> float:
        return max(self.weight, self.volumetric)
