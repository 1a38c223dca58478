import pytest

from fund.portfolio import Portfolio


@pytest.fixture
def world():
    portfolio = Portfolio()
    for ticker, weight in [("VTI", 0.4), ("VEA", 0.3), ("VWO", 0.2), ("BND", 0.1)]:
        portfolio.hold(ticker, weight)
    return portfolio


def test_largest(world):
    assert world.largest() == "VTI"


def test_hold_twice_adds_up():
    portfolio = Portfolio().hold("VTI", 0.25).hold("VTI", 0.5)
    assert portfolio.exposure() == 0.75


def test_fully_invested(world):
    assert world.exposure() == 1.0


def test_overlap_of_disjoint_tickers(world):
    europe = Portfolio().hold("VGK", 1.0).hold("BND", 0.0)
    assert world.overlap(europe) == 0.1
