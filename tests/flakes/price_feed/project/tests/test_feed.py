import time

import pytest

from feed import TICKS, Ticker


@pytest.fixture(autouse=True)
def empty():
    TICKS.clear()


def test_a_ticker_publishes():
    Ticker("ACME", interval=0.05).start()  # CAUSE
    time.sleep(0.12)
    assert TICKS[0] == ("ACME", 100)


def test_a_stopped_ticker_is_silent():
    ticker = Ticker("GLUE").start()
    ticker.stop()
    assert ("GLUE", 100) not in TICKS


def test_prices_are_kept_in_order():
    for price in (7, 8, 9):
        TICKS.append(("GLUE", price))
        time.sleep(0.01)
    assert [price for _, price in TICKS] == [7, 8, 9]
