import pytest

from kitty import Group
from kitty.group import UnknownMember


@pytest.fixture
def flat():
    return Group("ann", "ben", "cleo")


@pytest.fixture
def hut():
    """The skiing weekend."""
    group = Group("ann", "ben", "cleo", "dora", "emil", "finn", "greta")
    group.add("ann", "99.90", title="hut")
    return group


def test_strangers(flat):
    with pytest.raises(UnknownMember, match="xaver, zoe"):
        flat.add("ann", "10", "zoe", "xaver", "ben")


def test_balances(flat):
    flat.add("ann", "30")
    flat.add("ben", "12", "cleo", "ben")
    assert flat.balances() == {"ann": 2000, "ben": -400, "cleo": -1600}


def test_settle(flat):
    flat.add("ann", "30")
    assert flat.settle() == [("ben", "ann", 1000), ("cleo", "ann", 1000)]


def test_hut_is_paid(hut):
    assert sum(hut.balances().values()) == 0


def test_hut_with_groceries(hut):
    hut.add("finn", "28", title="groceries")
    balances = hut.balances()
    assert balances["finn"] == 2800 - 1427 - 400


def test_transfers_reach_payer(hut):
    assert {creditor for _, creditor, _ in hut.settle()} == {"ann"}
