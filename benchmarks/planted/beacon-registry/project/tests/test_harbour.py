import time

import pytest

from harbour.beacons import Beacon, Registry
from harbour.watch import Watch


@pytest.fixture
def registry():
    registry = Registry()
    Beacon("north", "red", registry)
    return registry


def test_status(registry):
    assert registry["north"].status() == "1:north@625"


def test_unknown_colour(registry):
    with pytest.raises(KeyError):
        Beacon("east", "mauve", registry)


def test_round_in_order_of_names(registry):
    Beacon("mole", "white", registry)
    watch = Watch(registry)
    watch.round()
    assert watch.lines == ["2:mole@0", "1:north@625"]


def test_watch_while_new_beacon_reports_in(registry):
    watch = Watch(registry)
    patrol = watch.begin(rounds=2)
    time.sleep(0.01)
    Beacon("south", "green", registry)
    patrol.join()
    assert watch.alarms == []
