import pytest

import phrasebook
from phrasebook.reader import in_parallel, read_aloud


@pytest.mark.parametrize("dialect, text", [("tyrol", "Griass di"), ("koeln", "Tach")])
def test_hello(dialect, text):
    assert phrasebook.catalog().say(dialect, "hello") == text


def test_contribution_wins():
    phrasebook.catalog().contribute("bern", "bye", "Uf Widerluege")
    assert phrasebook.catalog().say("bern", "bye") == "Uf Widerluege"


def test_two_readers_contribute():
    texts = {"wien": ["Servas", "Baba"], "kiel": ["Moin", "Tschuess"]}
    assert in_parallel(texts) == []
    assert sorted(phrasebook.catalog().contributed) == [("kiel", 0), ("kiel", 1), ("wien", 0), ("wien", 1)]


def test_reader_strips_lines():
    read_aloud("graz", ["  Seas \n"], [])
    assert phrasebook.catalog().say("graz", 0) == "Seas"
