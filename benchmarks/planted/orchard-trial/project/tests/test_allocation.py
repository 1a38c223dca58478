import numpy as np
import pytest

from orchard.allocation import Trial, yield_curve


@pytest.fixture
def trial():
    return Trial(control=0.7, pruned=0.3)


def test_every_plot_is_allocated(trial):
    trial.allocate(123)
    assert sum(arm.plots for arm in trial.arms) == 123


def test_shares_are_checked():
    with pytest.raises(ValueError):
        Trial(control=0.5, pruned=0.3)


def test_yield_curve_is_reproducible():
    np.testing.assert_array_equal(yield_curve(9), yield_curve(9))


@pytest.mark.parametrize("plots", [400])
def test_shares_are_respected(trial, plots):
    trial.allocate(plots)
    assert trial.observed("pruned") == pytest.approx(0.3, abs=0.035)
