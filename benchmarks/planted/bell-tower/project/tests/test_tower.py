import pytest

from tower import Clockwork, Ringer, Tower


@pytest.fixture
def tower():
    return Tower()


class TestTower:
    def test_strike_sets_hour(self, tower):
        tower.strike(7)
        assert tower.hour == 7

    def test_clockwork(self, tower):
        Clockwork(tower, 3).wind(0.001).join()
        assert tower.hour == 3

    def test_nobody_strikes(self, tower):
        ringer = Ringer(tower, stairs=0, patience=0.01)
        ringer.start()
        ringer.join()
        assert ringer.rings == 0

    def test_ringer_hears_the_clock(self, tower):
        ringer = Ringer(tower, stairs=4)
        ringer.start()
        Clockwork(tower, 5).wind(0.010).join()
        ringer.join()
        assert ringer.rings == 5
