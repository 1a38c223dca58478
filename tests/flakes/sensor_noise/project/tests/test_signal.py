import numpy as np
import pytest

from sensors.signal import readings, smooth


@pytest.fixture
def calibration():
    return np.random.default_rng(11).normal(size=8)


def test_smoothing_shortens(calibration):
    assert len(smooth(calibration)) == 4


def test_level_is_kept(calibration):
    assert calibration.std() > 0
    signal = smooth(readings(20.0, size=40))
    assert signal.mean() == pytest.approx(20.0, abs=0.15)
