import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

from clubpoints import NotEnoughPoints


def test_book(accounts):
    accounts.book("mia", 25)
    assert accounts.balance("mia") == 125
    assert accounts.entries("mia") == [25]


def test_redeem(accounts):
    accounts.redeem("mia", 60)
    assert accounts.balance("mia") == 40


def test_redeem_too_much(accounts):
    with pytest.raises(NotEnoughPoints):
        accounts.redeem("noah", 1)
    assert accounts.entries("noah") == []


def test_member_twice(accounts):
    with pytest.raises(sqlite3.IntegrityError):
        accounts.open("mia")
    assert accounts.balance("mia") == 100


def test_unknown_member(accounts):
    with pytest.raises(KeyError):
        accounts.balance("liam")


def test_two_tills(accounts):
    purchases = [("mia", 3), ("noah", 5)] * 15
    with ThreadPoolExecutor(2) as tills:
        entries = list(tills.map(lambda purchase: accounts.book(*purchase), purchases))
    assert len(set(entries)) == len(purchases)
    assert (accounts.balance("mia"), accounts.balance("noah")) == (145, 75)
