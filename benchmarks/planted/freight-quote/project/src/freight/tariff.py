from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from freight.parcel import Parcel

ZONES = {"domestic": (4.0, 0.85), "eu": (9.5, 1.6), "world": (21.0, 4.4)}
FUEL = 0.165
INSURANCE = 0.012
MINIMUM_PREMIUM = 2.5


@dataclass(frozen=True)
class Quote:
    zone: str
    freight: float
    insurance: float
    fuel: float
    reference: str = field(default_factory=lambda: uuid.uuid4().hex[:8].upper())
    created: datetime = field(default_factory=lambda: datetime.now(timezone.utc))

    @property
    def total(self) -> float:
        return round(self.freight + self.insurance + self.fuel, 2)

    @property
    def valid_until(self) -> datetime:
        return self.created + timedelta(days=14)


def premium(value: float) -> float:
    return max(value * INSURANCE, MINIMUM_PREMIUM) if value else 0.0


def quote(parcels: list[Parcel], zone: str) -> Quote:
    """The fuel surcharge is a percentage of the bare freight."""
    if zone not in ZONES:
        raise KeyError(zone)
    base, per_kg = ZONES[zone]
    freight = sum(base + per_kg * parcel.chargeable for parcel in parcels)
    insurance = sum(premium(parcel.value) for parcel in parcels)
    fuel = (freight + insurance) * FUEL
    return Quote(zone, freight, insurance, fuel)
