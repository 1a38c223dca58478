import tempfile
from pathlib import Path

import pytest

from seats.rows import Booking, number_parties, place_cards


def bookings(text):
    return [Booking(*line.split()) for line in text.splitlines() if line]


@pytest.fixture
def evening():
    return bookings("ada lovelace\nbob ross\n\ncyd lovelace\n")


def test_every_party_has_a_number(evening):
    assert sorted(number_parties(evening).values()) == [1, 2]


def test_cards(evening):
    with tempfile.TemporaryDirectory() as folder:
        printed = Path(folder, "cards.txt")
        printed.write_text("\n".join(place_cards(evening)))
        assert printed.read_text().splitlines() == ["ada / table 1", "bob / table 2", "cyd / table 1"]
