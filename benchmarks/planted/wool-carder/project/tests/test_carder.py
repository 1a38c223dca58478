import random
import unittest

from carder import card, card_all, portions


class PortionTest(unittest.TestCase):
    def test_sizes(self):
        self.assertEqual([len(p) for p in portions(list(range(7)), 3)], [3, 3, 1])

    def test_no_fleeces(self):
        self.assertEqual(portions([], 4), [])


class CardTest(unittest.TestCase):
    fleeces = (2100, 1800, 2500, 1900)

    def test_card(self):
        self.assertEqual(card([5, 6]), {"grams": 11, "fleeces": 2})

    def test_nothing_gets_lost(self):
        fleeces = [random.randint(900, 3000) for _ in range(11)]
        self.assertEqual(sum(r["grams"] for r in card_all(fleeces)), sum(fleeces))

    def test_two_lanes(self):
        results = card_all(list(self.fleeces))
        self.assertEqual([r["grams"] for r in results], [3900, 4400])
