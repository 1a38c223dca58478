import unittest

from kiln import Control, Kiln, finger, operated


class KilnTest(unittest.TestCase):
    def setUp(self):
        self.kiln = Kiln()
        self.addCleanup(self.kiln.put_out)

    def test_cold_kiln(self):
        self.assertFalse(self.kiln.lit)

    def test_second_ignition_is_refused(self):
        self.assertTrue(self.kiln.ignite())
        self.assertFalse(self.kiln.ignite())

    def test_relight(self):
        self.kiln.ignite()
        self.kiln.put_out()
        self.assertTrue(self.kiln.ignite())

    def test_panel_and_schedule_start_one_burner(self):
        panel = Control(self.kiln, delay=max(0.0, finger()))
        schedule = Control(self.kiln, delay=0.012)
        with operated(self.kiln, panel, schedule) as answers:
            self.assertEqual(answers.count(True), 1)
            self.assertTrue(self.kiln.lit)
