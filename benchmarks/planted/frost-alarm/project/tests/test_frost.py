import random
from unittest import TestCase

from frost import FrostWatch, Orchard, Sensor, protect


def autumn_night(sensor, readings):
    for number in range(readings):
        sensor.report(random.gauss(9, 1) + 4, minute=number)


class WatchTest(TestCase):
    def setUp(self):
        self.sensor = Sensor()
        self.orchard = Orchard("hillside")

    def test_threshold_is_inclusive(self):
        watch = FrostWatch(self.orchard, 1)
        watch.on_temperature(1.1)
        watch.on_temperature(1.0)
        self.assertEqual(self.orchard.alarms, [("hillside", 1.0)])

    def test_mean(self):
        autumn_night(self.sensor, 50)
        self.assertTrue(9 < self.sensor.mean() < 17)

    def test_frost_after_a_mild_night(self):
        protect(self.orchard, self.sensor)
        autumn_night(self.sensor, random.randint(30, 260))
        self.sensor.report(-1.5, minute="dawn")
        self.assertEqual(self.orchard.alarms, [("hillside", -1.5)])

    def test_two_orchards(self):
        valley = Orchard("valley")
        watches = [FrostWatch(valley, 2), FrostWatch(self.orchard, 0)]
        for watch in watches:
            self.sensor.subscribe(watch)
        self.sensor.report(1)
        self.assertEqual((valley.alarms, self.orchard.alarms), ([("valley", 1)], []))
