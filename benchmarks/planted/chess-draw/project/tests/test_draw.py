import time
from unittest import TestCase

from chessdraw import Draw, Player, by_rating

FIELD = [
    Player("Abel", "Rook End", 1810), Player("Bea", "Rook End", 1640),
    Player("Cyd", "Blue Bishop", 1720), Player("Dov", "Blue Bishop", 1555),
    Player("Eli", "Zugzwang", 1990), Player("Fay", "Zugzwang", 1430),
    Player("Gus", "Night Mates", 1505), Player("Hal", "Night Mates", 1770),
]


class DrawTests(TestCase):
    def setUp(self):
        self.started = time.perf_counter()

    def tearDown(self):
        self.assertLess(time.perf_counter() - self.started, 5)

    def test_everybody_plays_once(self):
        seats = [p for pair in Draw(FIELD).pairings() for p in pair]
        self.assertCountEqual(seats, FIELD)

    def test_same_seed_same_draw(self):
        self.assertEqual(Draw(FIELD, seed=8).pairings(), Draw(FIELD, seed=8).pairings())

    def test_club_mates_do_not_meet(self):
        for white, black in Draw(FIELD).pairings():
            self.assertNotEqual(white.club, black.club, (white.name, black.name))

    def test_odd_field(self):
        with self.assertRaises(ValueError):
            Draw(FIELD[:3])

    def test_rating_order(self):
        self.assertEqual(by_rating(FIELD)[0][0].name, "Eli")
