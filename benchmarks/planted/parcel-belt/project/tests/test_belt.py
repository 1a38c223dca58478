import pytest

from belt import Belt, Reading, Sorter, feed


@pytest.fixture
def belt():
    return Belt()


@pytest.fixture
def sorter(belt):
    thread = Sorter(belt)
    thread.start()
    yield thread
    belt.stop()
    thread.join(1)


def test_same_reading_counts_once(belt):
    reading = Reading("P900", 4)
    assert belt.place(reading)
    assert not belt.place(reading)
    assert belt.repeats == 1


def test_limit_decides_the_chute(belt, sorter):
    parcels = [Reading(f"Q{n}", weight) for n, weight in enumerate((20, 21))]
    for parcel in parcels:
        belt.place(parcel)
    belt.stop()
    sorter.join(1)
    assert [parcel.chute for parcel in parcels] == ["light", "heavy"]


def test_a_shift_is_sorted(belt, sorter):
    feed(belt, [3, 45, 18])
    belt.stop()
    sorter.join(1)
    assert dict(sorter.chutes) == {"light": 2, "heavy": 1}
