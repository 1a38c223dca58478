import tempfile
import time
import unittest

from board import Board, Guest, Kitchen


class BoardTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.kitchen = Kitchen("soup", "risotto", "plum cake")
        self.board = Board(f"{folder.name}/menu", self.kitchen)
        self.board.post("Mon")

    def test_prices(self):
        self.assertEqual([self.kitchen.price(dish) for dish in self.kitchen.dishes], [8, 4, 6])

    def test_reads_what_was_posted(self):
        self.board.post("Tue")
        self.assertEqual(self.board.read(), ("Tue", ["soup", "risotto", "plum cake"]))

    def test_guests_read_while_kitchen_updates(self):
        guest = Guest(self.board)
        guest.start()
        time.sleep(0.008)
        self.board.post("Wed")
        guest.join()
        self.assertIn(guest.saw[0], ("Mon", "Wed"))
        self.assertEqual(len(guest.saw[1]), 3)

    def test_missing_board(self):
        self.board.path.unlink()
        with self.assertRaises(FileNotFoundError):
            self.board.read()
