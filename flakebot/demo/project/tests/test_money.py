from decimal import Decimal

import pytest

from shop.money import cents, percent


@pytest.mark.parametrize(("amount", "expected"), [("1.005", "1.01"), ("1.004", "1.00"), (7, "7.00")])
def test_amounts_are_rounded_to_cents(amount, expected):
    assert cents(amount) == Decimal(expected)


def test_percent_of_an_amount():
    assert percent(Decimal("34.90"), 10) == Decimal("3.49")
