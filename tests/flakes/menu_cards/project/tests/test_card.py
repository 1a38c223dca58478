import pytest

from menu import Card, Dish


@pytest.fixture
def card(tmp_path):
    return Card(tmp_path / "card.csv")


def test_empty_card(card):
    card.save([])
    assert card.names() == []


@pytest.mark.parametrize("name", ["Bread", "Crème brûlée"], ids=["plain", "accents"])
def test_names_come_back(card, name):
    card.save([Dish(name, 4.5), Dish("Tea", 2.0)])
    assert card.names() == [name, "Tea"]
