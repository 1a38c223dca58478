import random

import pytest

from bikeshare import Dock, Ride
from bikeshare.model import Fare


@pytest.mark.parametrize("minutes, fare", [(2, Fare.FREE), (5, Fare.FREE), (30, Fare.SHORT), (90, Fare.LONG)])
def test_fare(minutes, fare):
    ride = Ride("noor")
    assert ride.fare(ride.started + 60 * minutes) is fare


def test_numbers():
    assert Ride("noor").number < Ride("lev").number


def test_free():
    bikes = random.randrange(8)
    assert Dock("Quay", 8, bikes).free == 8 - bikes
