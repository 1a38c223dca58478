import random

import pytest

from beamline import Cut, Job


def test_length(square):
    assert square.length == 400


@pytest.mark.parametrize("end, inside", [((600, 400), True), ((601, 0), False), ((0, -1), False)])
def test_inside(end, inside):
    assert Cut(5, 5, *end).inside() is inside


def test_idents(square):
    x = random.uniform(0, 600)
    assert Job("felt", [Cut(x, 0, x, 9)]).ident != square.ident
