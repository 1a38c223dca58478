from __future__ import annotations

from decimal import Decimal
from typing import Iterable

Bundle = frozenset[str]


class Offers:
    """Bundles of products that cost less together than one by one."""

    def __init__(self, prices: dict[Bundle, Decimal] | None = None):
        self._prices: dict[Bundle, Decimal] = dict(prices or {})

    def add(self, *skus: str, price: str) -> None:
        if len(skus) < 2:
            raise ValueError("a bundle needs two products")
        self._prices[frozenset(skus)] = Decimal(price)

    def __getitem__(self, bundle: Bundle) -> Decimal:
        return self._prices[bundle]

    def matching(self, skus: Iterable[str]) -> set[Bundle]:
        return {bundle for bundle in self._prices if bundle.issubset(skus)}
