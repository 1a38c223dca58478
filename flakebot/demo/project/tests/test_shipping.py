from decimal import Decimal

from shop.shipping import shipping


def test_small_orders_pay_the_flat_rate():
    assert shipping(Decimal("12.30")) == Decimal("4.95")


def test_orders_from_fifty_on_are_sent_for_free():
    assert shipping(Decimal("50.00")) == 0
