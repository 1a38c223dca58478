import pytest

from ticker import Feed, Tick


@pytest.mark.parametrize("symbols, wanted", [((), True), (("ACME",), True), (("GLOB", "INIT"), False)])
def test_wants(symbols, wanted):
    assert Feed("kim", frozenset(symbols)).wants(Tick("ACME", 1.0)) is wanted


def test_equal_prices():
    assert Tick("ACME", 1.0) == Tick("ACME", 1.0)
