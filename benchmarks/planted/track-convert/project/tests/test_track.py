import random

import pytest

from trackconv import Point, Track


def test_distance():
    assert Point(0, 0).distance(Point(0, 1)) == pytest.approx(111195, rel=1e-4)


def test_distance_is_symmetric():
    a, b = (Point(random.uniform(-80, 80), random.uniform(-180, 180)) for _ in range(2))
    assert a.distance(b) == pytest.approx(b.distance(a))


def test_climb_ignores_descents():
    assert Track("x", [Point(0, 0, 10), Point(0, 0, 30), Point(0, 0, 5), Point(0, 0, 6)]).climb == 21
