import math
import unittest

from bearings import Vector, angle_between


class AngleTest(unittest.TestCase):
    def test_right_angle(self):
        self.assertEqual(
            angle_between(Vector(1, 0, 0), Vector(0, 2, 0)), math.pi / 2)

    def test_symmetric(self):
        a, b = Vector.somewhere(), Vector.somewhere()
        self.assertAlmostEqual(angle_between(a, b), angle_between(b, a))

    def test_scaling_keeps_direction(self):
        a = Vector.somewhere()
        self.assertAlmostEqual(angle_between(a, a.scaled(3)), 0, places=6)

    def test_norm(self):
        self.assertEqual(Vector(2, 3, 6).norm(), 7)
