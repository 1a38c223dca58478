import random

import pytest

from depot.belt import Parcel


@pytest.mark.parametrize("weight, chute", [(100, "de"), (2000, "de"), (2001, "bulky")])
def test_chute_of_a_parcel(weight, chute):
    assert Parcel("de-1", weight).chute == chute


class TestBelt:
    def parcels(self):
        batch = [Parcel("de-1", 10), Parcel("de-2", 20), Parcel("fr-1", 500), Parcel("it-1", 9000), Parcel("fr-2", 1)]
        random.shuffle(batch)
        return batch

    def test_single_parcel(self, belt):
        belt.put(Parcel("ch-9", 70))
        belt.drain()
        assert belt.chutes["ch"] == ["CH-9"]

    def test_every_scan_reaches_its_chute(self, belt, observe):
        belt.put(*self.parcels())
        counts = observe(belt)
        assert counts == {"de": 2, "fr": 2, "bulky": 1}
