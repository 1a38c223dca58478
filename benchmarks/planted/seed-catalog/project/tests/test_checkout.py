import random

import pytest

from seedshop.basket import NotForSale


def test_empty_basket(basket):
    assert basket.total() == 0


def test_small_orders_pay_for_shipping(basket):
    basket.add("BA1", 2)
    basket.add("TO2")
    assert basket.subtotal() == 747
    assert basket.total() == 1097


def test_limited_stock(basket, catalog):
    seed = random.choice(list(catalog))
    with pytest.raises(NotForSale, match=seed.name):
        basket.add(seed.sku, seed.stock + 1)
    assert not basket.items[seed.sku]
