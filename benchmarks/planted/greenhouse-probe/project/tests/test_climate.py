import unittest
from contextlib import closing
from types import SimpleNamespace

from greenhouse import FakeBus, Probe, VentController


class ClimateTest(unittest.TestCase):
    def test_no_reading_keeps_vent_closed(self):
        self.assertEqual(VentController(SimpleNamespace(latest={})).position(), "closed")

    def test_humid_air_tilts(self):
        probe = SimpleNamespace(latest={"temp": 20.0, "humidity": 91.0})
        self.assertEqual(VentController(probe).position(), "tilted")

    def test_vent_opens_when_hot(self):
        with closing(Probe(FakeBus(humidity=455, temp=312)).open()) as probe:
            probe.wait_online()
            self.assertEqual(VentController(probe).position(), "open")

    def test_probe_stops(self):
        probe = Probe(FakeBus(temp=1)).open()
        probe.close()
        self.assertFalse(probe._thread.is_alive())
