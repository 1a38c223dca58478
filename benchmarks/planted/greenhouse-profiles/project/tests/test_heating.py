import random

import pytest

from glasshouse.heating import Heater, night_saving


@pytest.fixture
def heater():
    return Heater("basil")


def test_cold_day(heater):
    assert heater.step(12, 15.0)


def test_hysteresis(heater):
    heater.step(12, 15.0)
    assert heater.step(13, 22.3)
    assert not heater.step(14, 22.6)


def test_duty(heater):
    for hour in range(6, 18):
        heater.step(hour, random.uniform(-5, 10))
    assert heater.duty() == 1.0


def test_no_history(heater):
    assert heater.duty() == 0.0


@pytest.mark.parametrize("crop, degree_hours", [("basil", 40.0), ("tomato", 70.0)])
def test_night_saving(crop, degree_hours):
    assert night_saving(crop) == degree_hours
