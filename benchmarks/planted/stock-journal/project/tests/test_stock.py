import random

import pytest

from stockroom.journal import Journal
from stockroom.stock import Shortage, Stock


def reopen(stock):
    return Stock.restore(Journal(stock.journal.folder))


def test_levels(stock):
    stock.receive("bolt", 40)
    stock.pick("bolt", 15)
    assert stock.levels["bolt"] == 25


def test_shortage(stock):
    stock.receive("bolt", 4)
    with pytest.raises(Shortage, match="bolt: 4 in stock, 5 wanted"):
        stock.pick("bolt", 5)
    assert stock.levels["bolt"] == 4


class TestRestore:
    def test_empty(self, stock):
        assert not reopen(stock).levels

    def test_receipts(self, stock):
        counts = random.sample(range(1, 90), 7)
        for count in counts:
            stock.receive("nut", count)
        assert reopen(stock).levels == {"nut": sum(counts)}

    def test_busy_week(self, stock):
        for day in range(8):
            stock.receive("bolt", 20)
        stock.pick("bolt", 35)
        assert reopen(stock).levels == {"bolt": 125}

    def test_after_compaction(self, stock):
        for sku in ("nut", "bolt", "nut"):
            stock.receive(sku, 10)
        stock.pick("nut", 20)
        stock.compact()
        assert reopen(stock).levels == {"bolt": 10}
