import itertools
import random

import pytest

from frostprobe.series import Series


def replay(*values):
    return itertools.cycle(values).__next__


@pytest.fixture
def outdoor():
    noise = random.Random(3)
    return Series(lambda: noise.uniform(-20, 5))


class TestSeries:
    def test_coldest(self, outdoor):
        values = [outdoor.take() for _ in range(1)]
        assert outdoor.coldest() == min(values)

    def test_starts_empty(self, outdoor):
        assert len(outdoor) == 0

    def test_keeps_order(self):
        series = Series(replay(-1.5, -4.0))
        series.take_many(2)
        assert list(series) == [-1.5, -4.0]

    def test_take_returns_reading(self):
        assert Series(replay(-7.25)).take() == -7.25
