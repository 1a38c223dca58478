import unittest

import pytest

from beacon import Malformed, Sighting, announce, decode, encode


class CodecTest(unittest.TestCase):
    def test_round_trip(self):
        seen = Sighting("Elbe", 3)
        self.assertEqual(decode(encode(seen)), seen)

    def test_stable_bytes(self):
        self.assertEqual(encode(Sighting("Ems", 1)), b'{"berth": 1, "ship": "Ems"}')


def test_noise_is_malformed(tower):
    post = tower.man("dog")
    announce(b"\x00crackle")
    with pytest.raises(Malformed):
        post.watch()


def test_ship_is_sighted(tower):
    post = tower.man("morning")
    announce(Sighting("Weser", 12))
    try:
        assert post.watch().berth == 12
    finally:
        tower.relieve("morning")
