import pytest

from gridmeters.feeder import Feeder


def test_meters_are_sorted(feeder):
    assert [meter.meter for meter in feeder.meters()] == ["bakery", "church", "dairy", "garage", "school"]


def test_consumption(feeder):
    assert feeder.consumption() == sum(feeder.by_meter().values())


@pytest.mark.parametrize("workers", [1, 3])
def test_by_meter(feeder, workers):
    feeder.workers = workers
    assert feeder.by_meter()["dairy"] == pytest.approx(15.85)


def test_empty_feeder(tmp_path):
    assert Feeder(tmp_path).consumption() == 0


def test_loss(feeder):
    assert feeder.loss(45.0) == pytest.approx(0.0944, abs=1e-4)
    with pytest.raises(ValueError):
        feeder.loss(0)
