import pytest

from money.convert import to_euro


@pytest.mark.parametrize(("amount", "euro"), [(0, 0), (5, 4)], ids=["zero", "five"])
def test_dollars(amount, euro):
    assert to_euro(amount, "usd") == euro
