from decimal import Decimal

import pytest

from shop.basket import Basket
from shop.checkout import checkout


@pytest.fixture
def basket():
    return Basket().add("kettle").add("tea", 2)


def test_without_coupons_the_subtotal_is_paid(basket):
    receipt = checkout(basket)
    assert receipt.total == Decimal("44.50")
    assert len(receipt.number) == 12
    assert receipt.issued_at > 0


def test_a_coupon_counts_once(basket):
    basket.redeem("teatime").redeem("TEATIME")
    assert checkout(basket).total == Decimal("39.50")


def test_coupons_are_applied_in_the_order_in_which_they_were_entered(basket):
    basket.redeem("welcome10").redeem("teatime")
    receipt = checkout(basket)
    assert receipt.total == Decimal("35.05")
