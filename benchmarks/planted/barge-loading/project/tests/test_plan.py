import pytest

from barge.cargo import Hold, read_bookings
from barge.plan import plan

HARBOUR_LIST = """
wheat 60
rye 40
malt 30
oats 70

wheat 60
"""


def test_resent_bookings_count_once():
    assert len(read_bookings(HARBOUR_LIST)) == 4


def test_everything_is_loaded():
    holds = plan(read_bookings(HARBOUR_LIST), capacity=100)
    assert sum(h.used for h in holds) == 200


def test_two_holds_are_enough():
    holds = plan(read_bookings(HARBOUR_LIST), capacity=100)
    assert [h.used for h in holds] == [100, 100]


def test_heavy_lot_is_refused():
    with pytest.raises(ValueError, match="ore"):
        plan([("ore", 120)], capacity=100)


def test_hold_refuses_overload():
    hold = Hold(10, used=8)
    with pytest.raises(OverflowError):
        hold.load("salt", 3)
