import random

import pytest

from spread.running import Spread


def test_known_values():
    spread = Spread().extend([2, 4, 4, 4, 5, 5, 7, 9])
    assert spread.mean == 5
    assert spread.deviation == 2


def test_mean_lies_within_samples():
    xs = [random.random() for _ in range(10)]
    assert min(xs) < Spread().extend(xs).mean < max(xs)


def test_quiet_altimeter(altimeter):
    spread = Spread().extend(altimeter.samples(12))
    assert spread.deviation < 0.01
    assert spread.mean == pytest.approx(42_164.2, abs=0.01)


def test_single_sample():
    assert Spread().push(3.0).deviation == 0.0
