from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from courier import depots, tariff
from courier.parcels import Parcel


@dataclass(frozen=True)
class Quote:
    parcel: Parcel
    service: str
    depot: str
    net: Decimal

    @property
    def gross(self) -> Decimal:
        return (self.net * Decimal("1.19")).quantize(Decimal("0.01"))


class QuoteDesk:
    def __init__(self, cap: Decimal = Decimal("40.00")):
        self.cap = cap
        self.history: list[Quote] = []

    def quote(self, parcel: Parcel, service: str = "economy") -> Quote:
        depot = depots.nearest(parcel.postcode) if service == "express" else depots.with_capacity()
        zone = depot.zone(parcel.postcode)
        quote = Quote(parcel, service, depot.code, tariff.price(service, zone, parcel.billable))
        self.history.append(quote)
        return quote

    def needs_approval(self, quote: Quote) -> bool:
        return quote.gross > self.cap

    def pending(self) -> list[Quote]:
        return [quote for quote in self.history if self.needs_approval(quote)]
