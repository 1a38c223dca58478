from decimal import Decimal

import pytest

from till import Catalog, Offers, Product

PRICES = {"bread": "2.40", "cheese": "5.20", "grapes": "3.10", "olives": "3.90", "soup": "6.50", "wine": "7.80"}


@pytest.fixture(scope="module")
def catalog():
    return Catalog(*(Product(sku, sku.capitalize(), Decimal(price)) for sku, price in PRICES.items()))


@pytest.fixture
def offers():
    offers = Offers()
    offers.add("bread", "cheese", price="6.00")
    offers.add("wine", "cheese", price="11.50")
    offers.add("wine", "grapes", price="9.00")
    offers.add("soup", "bread", price="8.00")
    return offers
