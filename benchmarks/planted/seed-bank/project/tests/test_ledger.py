import pytest

from seedbank.ledger import Ledger, OutOfStock
from seedbank.station import Station, work


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger(tmp_path / "journal")
    for accession in ("rye-17", "oat-03", "pea-88"):
        ledger.deposit(accession, 100)
    return ledger


def test_deposits_add_up(ledger):
    ledger.deposit("rye-17", 20)
    assert ledger.total() == 320


def test_overdraw(ledger):
    with pytest.raises(OutOfStock):
        ledger.withdraw("oat-03", 101)


def test_one_station(ledger):
    work(Station(ledger, [("pea-88", 30), ("pea-88", 5)]))
    assert ledger.counts["pea-88"] == 65


def test_parallel_withdrawals(ledger):
    trays = [("rye-17", 10), ("oat-03", 5), ("pea-88", 1)]
    work(Station(ledger, trays), Station(ledger, trays))
    assert ledger.counts == {"rye-17": 80, "oat-03": 90, "pea-88": 98}
