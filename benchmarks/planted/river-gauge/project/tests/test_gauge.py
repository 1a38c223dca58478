import random

import pytest

from gauge import Gauge, Offline


def test_nobody_answers():
    with pytest.raises(Offline):
        Gauge("http://127.0.0.1:9").poll()


def test_rising_needs_two_levels():
    gauge = Gauge("http://gauge.invalid")
    gauge.levels.append(random.randrange(100))
    assert not gauge.rising


def test_polling_a_flood(station):
    gauge = Gauge(station)
    assert [gauge.poll() for _ in range(3)] == [120, 127, 134]
    assert gauge.rising


def test_only_the_last_levels_are_kept():
    gauge = Gauge("http://gauge.invalid", keep=2)
    gauge.levels.extend([5, 6, 4])
    assert list(gauge.levels) == [6, 4]
