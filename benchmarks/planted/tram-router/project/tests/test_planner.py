import random

import pytest

from tramways import Network, NoTrip, Planner

PLAN = """
2: Depot 4 Market 5 Museum 3 Harbour
5: Depot 4 Brewery 5 Park 3 Harbour
9: Chapel 4 Park 2 Zoo
11: Brewery 5 Arena 3 Harbour
14: Island 2 Ferry
"""


@pytest.fixture(scope="module")
def planner():
    return Planner(Network.parse(PLAN))


def test_neighbours(planner):
    assert planner.fastest("Market", "Museum").minutes == 5


@pytest.mark.parametrize("target, minutes", [("Park", 9), ("Zoo", 11), ("Arena", 9), ("Chapel", 13)])
def test_minutes(planner, target, minutes):
    assert planner.fastest("Depot", target).minutes == minutes


def test_across_town(planner):
    trip = planner.fastest("Depot", "Harbour")
    assert trip.minutes == 12
    assert trip.changes == 0


def test_there_and_back(planner):
    stops = random.sample(["Depot", "Market", "Park", "Zoo", "Arena"], 2)
    assert planner.fastest(*stops).minutes == planner.fastest(*reversed(stops)).minutes


def test_no_trip(planner):
    with pytest.raises(NoTrip, match="Depot to Ferry"):
        planner.fastest("Depot", "Ferry")


def test_within(planner):
    assert planner.within("Depot", 9) == {"Market", "Brewery", "Museum", "Park", "Arena"}
    assert all(timing >= 0 for timing in planner.timings)
