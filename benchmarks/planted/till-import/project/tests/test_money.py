import pytest

from till.money import Money, Receipt, demo_receipt


class TestMoney:
    def test_addition(self):
        assert Money(150) + Money(275) == Money(425)

    def test_mixed_currencies(self):
        with pytest.raises(ValueError, match="mixed"):
            Money(1, "CHF") + Money(1)

    def test_parse_with_currency(self):
        assert Money.parse("12.50 CHF") == Money(1250, "CHF")


def test_receipt_round_trip():
    receipt = demo_receipt(lines=4)
    again = Receipt.load(receipt.dump())
    assert again.lines == receipt.lines
