import pytest

from kitty.expense import Expense, cents, euros


@pytest.mark.parametrize("text, amount", [("12", 1200), ("3.50", 350), ("0,99", 99)])
def test_cents(text, amount):
    assert cents(text) == amount


def test_not_an_amount():
    with pytest.raises(ValueError):
        cents("12.5")


def test_euros():
    assert [euros(n) for n in (1205, -50, 0)] == ["12.05", "-0.50", "0.00"]


def test_refs_differ():
    assert Expense("ann", 1, []).ref != Expense("ann", 1, []).ref


def test_shares_add_up():
    expense = Expense("ann", 1000, ["ben", "cleo"])
    assert sum(expense.shares().values()) == 1000
    assert sorted(expense.shares().values()) == [333, 333, 334]


def test_payer_counts_once():
    assert Expense("ann", 1000, ["ann", "ben"]).shares() == {"ann": 500, "ben": 500}
