import pytest

from trackconv import Point, Track


@pytest.fixture
def track():
    return Track("Brocken", [Point(51.7756, 10.5371, 310.0), Point(51.7850, 10.6003, 760.5), Point(51.7991, 10.6156, 1141.2)])
