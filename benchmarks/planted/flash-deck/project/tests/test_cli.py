import random

import pytest

from flashdeck.cli import CARDS, Deck, main


@pytest.fixture
def deck(tmp_path):
    return Deck(CARDS, tmp_path / "deck-state.json")


def test_draw_is_limited(deck):
    drawn = deck.draw(3, random.Random())
    assert len(drawn) == 3
    assert set(drawn) <= set(CARDS)


def test_state_round_trip(deck):
    deck.promote("der Giebel")
    deck.promote("der Giebel")
    deck.save()
    assert Deck(CARDS, deck.state).boxes == {"der Giebel": 2}


def test_status_with_explicit_state(tmp_path, capsys):
    assert main(["status", "--state", str(tmp_path / "s.json")]) == 0
    assert capsys.readouterr().out == "0 learned, 4 new\n"


def test_learn_reports_progress(capsys):
    assert main(["learn", "--limit", "3"]) == 0
    assert capsys.readouterr().out == "3 learned, 1 new\n"
