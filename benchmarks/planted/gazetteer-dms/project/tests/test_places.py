import random

import pytest

from gazetteer import Gazetteer, Place
from strategies import some_name

ATLAS = """\
Bergen\t60°23'33.4"N 5°19'26.4"E
Quito\t0°13'12.0"S 78°30'45.0"W
Suva\t18°08'29.9"S 178°26'31.2"E
"""


@pytest.fixture
def atlas():
    return Gazetteer.loads(ATLAS)


def test_loads(atlas):
    assert [place.name for place in atlas.places] == ["Bergen", "Quito", "Suva"]


def test_dumps_is_sorted(atlas):
    random.shuffle(atlas.places)
    assert atlas.dumps() == ATLAS.strip()


@pytest.mark.parametrize("position, name", [((59.9, 10.7), "Bergen"), ((-12.0, -77.0), "Quito"), ((-36.8, 174.8), "Suva")])
def test_nearest(atlas, position, name):
    assert atlas.nearest(*position).name == name


def test_distance():
    assert Place("Bergen", 60.3926, 5.3240).distance_to(59.9133, 10.7389) == pytest.approx(304, abs=2)


def test_names_survive():
    places = [Place(some_name(), 10.25, -20.5) for _ in range(20)]
    again = Gazetteer.loads(Gazetteer(places).dumps())
    assert sorted(p.name for p in again.places) == sorted(p.name for p in places)
