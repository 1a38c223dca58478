import random

import pytest

from tab.bill import Bill, halves, settle

MENU = {"ramen": 1250, "gyoza": 695, "tea": 333, "mochi": 420}


@pytest.fixture
def bill():
    bill = Bill()
    for name in random.choices(sorted(MENU), k=5):
        bill.order(name, MENU[name])
    return bill


@pytest.mark.parametrize("guests", [2, 3])
def test_shares_add_up(bill, guests):
    assert sum(settle(bill, guests)) == bill.total


def test_tip():
    bill = Bill(tip_percent=10)
    bill.order("ramen", 1250, count=2)
    assert bill.total == 2750


def test_host_pays_the_odd_cent(bill):
    host, guest = halves(bill.total)
    assert host >= guest
    assert host + guest == bill.total
