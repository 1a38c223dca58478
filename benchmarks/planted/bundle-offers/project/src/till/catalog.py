from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Product:
    sku: str
    title: str
    price: Decimal


class Catalog:
    def __init__(self, *products: Product):
        self._products = {product.sku: product for product in products}

    def __getitem__(self, sku: str) -> Product:
        return self._products[sku]

    def __contains__(self, sku: str) -> bool:
        return sku in self._products

    def worth(self, skus) -> Decimal:
        return sum((self[sku].price for sku in skus), Decimal(0))
