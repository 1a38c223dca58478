import numpy as np
import pytest

from frames.exposure import Exposure, dithered


@pytest.fixture
def exposure():
    ramp = np.linspace(0.1, 90, 64 * 96).reshape(64, 96)
    return Exposure(np.sqrt(ramp))


def test_single_precision(exposure):
    assert exposure.frames.dtype == np.float32


def test_rows(exposure):
    assert exposure.rows().shape == (64,)


def test_stretch_covers_unit_range(exposure):
    stretched = dithered(exposure).stretched()
    assert stretched.min() == 0
    assert stretched.max() == 1


def test_level_does_not_depend_on_readout(exposure):
    shuffled = dithered(exposure)
    np.testing.assert_allclose(
        shuffled.level(), exposure.level(), rtol=1e-9)
