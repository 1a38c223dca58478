import random

import pytest

from gaugefeed.wire import HEADER, Reading, WireError, decode, header


def test_round_trip():
    readings = [Reading(at, round(random.random(), 2), "elbe") for at in range(5)]
    assert decode(header(readings) + b"".join(reading.pack() for reading in readings)) == readings


def test_unit():
    reading = Reading(1, 250.0, "x")
    assert decode(header([reading], unit=100) + reading.pack())[0].level == 2.5


@pytest.mark.parametrize(
    "data, message",
    [(b"GF", "short header"), (HEADER.pack(b"XX", 1, 0), "bad magic"), (HEADER.pack(b"GF", 1, 2), "2 readings")],
)
def test_errors(data, message):
    with pytest.raises(WireError, match=message):
        decode(data)
