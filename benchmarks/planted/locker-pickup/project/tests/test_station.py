import pytest

from lockers import Parcel, Station, StationFull


@pytest.fixture
def station():
    return Station(boxes=16)


def deliver(station, count):
    return [station.deposit(Parcel(f"customer-{i}", 200 + i)) for i in range(count)]


def test_box_numbers_are_unique(station):
    boxes = deliver(station, 16)
    assert sorted(boxes) == list(range(1, 17))


def test_collect_frees_box(station):
    parcel = Parcel("Ines", 900)
    box = station.deposit(parcel)
    assert station.collect(parcel.code) is parcel
    assert station.deposit(Parcel("Olaf", 300)) == box


def test_full_station_rejects(station):
    deliver(station, 16)
    with pytest.raises(StationFull):
        station.deposit(Parcel("late", 100))


def test_load_after_morning_round(station):
    deliver(station, 12)
    assert station.load() == 0.75


def test_label_shows_recipient():
    assert Parcel("Ines", 1).label.startswith("Ines [")
