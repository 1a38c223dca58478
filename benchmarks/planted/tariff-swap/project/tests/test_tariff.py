import time

import pytest

from tariff.desk import Clerk, Desk


@pytest.fixture
def desk():
    return Desk({"A": 2, "B": 3}, surcharge=5)


@pytest.mark.parametrize("zone, price", [("A", 25), ("B", 35)])
def test_quote(desk, zone, price):
    assert desk.quote(zone, 10) == price


def test_publish(desk):
    desk.publish({"C": 1}, 0)
    assert desk.quote("C", 4) == 4
    assert desk.audit.lines == ["1 rates"]


def test_quotes_stay_consistent(desk):
    clerk = Clerk(desk, "A", enquiries=2)
    clerk.start()
    time.sleep(0.008)
    desk.publish({"A": 4, "B": 6}, surcharge=50)
    clerk.join()
    assert set(clerk.quotes) <= {25, 90}
