import random

import pytest

from reeftank.alarms import Alarm, Guard
from reeftank.hardware.probe import PhElectrode, Thermistor


@pytest.mark.parametrize("kind, true", [(Thermistor, 25.0), (PhElectrode, 8.2)])
def test_readings_are_within_the_data_sheet(kind, true):
    probe = kind(lambda: true)
    limit = kind.spread + kind.ripple + 0.001
    assert all(abs(probe.read() - true) <= limit for _ in range(20))


def test_same_seed_same_readings():
    first, second = (Thermistor(lambda: 25.0, random.Random(11)) for _ in range(2))
    assert [first.read() for _ in range(5)] == [second.read() for _ in range(5)]


def test_guard_forgives_one_reading():
    guard = Guard("ph", 7.9, 8.4)
    assert [guard.check(value, hour) for hour, value in enumerate([8.0, 8.5, 8.1, 8.5])] == [None] * 4
    assert guard.check(8.6, 4) == Alarm("ph", 8.6, 4)
