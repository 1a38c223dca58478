from __future__ import annotations

from collections import Counter

from seedshop.catalog import Catalog

FREE_SHIPPING = 2_000
SHIPPING = 350


class NotForSale(Exception):
    pass


class Basket:
    def __init__(self, catalog: Catalog):
        self._catalog = catalog
        self.items: Counter[str] = Counter()

    def add(self, sku: str, count: int = 1) -> None:
        seed = self._catalog[sku]
        if not seed.listed or seed.stock < self.items[sku] + count:
            raise NotForSale(seed.name)
        self.items[sku] += count

    def subtotal(self) -> int:
        return sum(self._catalog[sku].cents * count for sku, count in self.items.items())

    def total(self) -> int:
        subtotal = self.subtotal()
        return subtotal if subtotal >= FREE_SHIPPING or not subtotal else subtotal + SHIPPING
