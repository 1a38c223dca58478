import pytest

from gridmeters.meters import Interval, MeterFile


def test_intervals(write_meter):
    meter = MeterFile(write_meter("mill", [1.5, 2.0]))
    assert meter.meter == "mill"
    assert meter.intervals() == [Interval("09:00", 1.5), Interval("09:15", 2.0)]


@pytest.mark.parametrize("values, expected", [([], 0), ([0.5], 0.5), ([0.25, 1.5, 2], 3.75)])
def test_consumption(write_meter, values, expected):
    assert MeterFile(write_meter("mill", values)).consumption() == expected


def test_peak(write_meter):
    assert MeterFile(write_meter("mill", [1.0, 4.5, 2.0])).peak() == Interval("09:15", 4.5)
