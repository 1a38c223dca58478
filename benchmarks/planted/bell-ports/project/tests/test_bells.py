import random

import pytest

from bells import Tower
from ringer import peal, strokes


@pytest.fixture(scope="module")
def church():
    with Tower(38109) as tower:
        yield tower


@pytest.mark.parametrize("hour, count", [(3, 3), (12, 12), (18, 6)])
def test_strokes(church, hour, count):
    assert strokes(church, hour) == count


def test_any_hour_rings(church):
    assert 1 <= strokes(church, random.randrange(24)) <= 12


def test_whole_parish():
    assert peal([Tower(), Tower(), Tower()], 15) == {0: 3, 1: 3, 2: 3}
