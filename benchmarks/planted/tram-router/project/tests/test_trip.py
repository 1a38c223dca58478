from tramways import Leg, Network, Trip


def test_changes():
    trip = Trip((Leg("5", "A", "B", 2), Leg("5", "B", "C", 2), Leg("9", "C", "D", 1)))
    assert trip.changes == 1
    assert trip.minutes == 5


def test_empty_trip():
    assert Trip().minutes == Trip().changes == 0


def test_parse():
    network = Network.parse("1: A 2 B\n2: B 3 C")
    assert network.stops() == {"A", "B", "C"}
    assert {leg.end for leg in network.legs("B")} == {"A", "C"}
