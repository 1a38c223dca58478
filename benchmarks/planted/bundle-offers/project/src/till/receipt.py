from __future__ import annotations

import time
from dataclasses import dataclass, field
from decimal import Decimal

from till.catalog import Catalog
from till.offers import Offers


@dataclass
class Receipt:
    lines: list[tuple[str, Decimal]] = field(default_factory=list)
    printed: float = field(default_factory=time.time)

    @property
    def total(self) -> Decimal:
        return sum((amount for _, amount in self.lines), Decimal(0))

    def add(self, title: str, amount: Decimal) -> None:
        self.lines.append((title, amount))

    def text(self, width: int = 32) -> str:
        rows = [f"{title[: width - 8]:<{width - 8}}{amount:>8.2f}" for title, amount in self.lines]
        return "\n".join([*rows, "-" * width, f"{'total':<{width - 8}}{self.total:>8.2f}"])


def ring_up(catalog: Catalog, offers: Offers, skus: list[str]) -> Receipt:
    receipt = Receipt()
    left = list(skus)
    for bundle in offers.matching(left):
        while bundle.issubset(left):
            for sku in bundle:
                left.remove(sku)
            receipt.add(" + ".join(sorted(catalog[sku].title for sku in bundle)), offers[bundle])
    for sku in left:
        receipt.add(catalog[sku].title, catalog[sku].price)
    return receipt
