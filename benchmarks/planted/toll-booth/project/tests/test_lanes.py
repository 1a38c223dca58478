import logging

import pytest

from tollgate.lanes import Lane, pick


@pytest.fixture
def lane():
    return Lane(4)


@pytest.mark.parametrize("vehicle, change", [("car", 760), ("van", 620), ("truck", 90)])
def test_change(lane, vehicle, change):
    assert lane.charge(vehicle, 1000) == change


def test_pick_prefers_quiet_lanes():
    lanes = [Lane(1), Lane(2), Lane(3, open=False)]
    lanes[0].charge("car", 240)
    assert pick(lanes).number == 2


def test_unknown_vehicles_are_reported(lane, caplog):
    with caplog.at_level(logging.INFO):
        lane.charge("hovercraft", 910)
    assert caplog.messages == ["lane 4: hovercraft charged as truck"]


def test_short_of_money(lane):
    with pytest.raises(ValueError, match="100 of 240"):
        lane.charge("car", 100)
    assert lane.taken == 0
