import pytest

from offers import DISHES, offer


@pytest.fixture
def lunch(monkeypatch):
    monkeypatch.setattr("offers.dish_of_the_day", lambda: "soup")
    monkeypatch.setattr("offers.waiting_time", lambda guests: 8)
    return offer(guests=23)


def test_the_dish_is_on_the_menu(lunch):
    assert lunch.dish in DISHES


class TestPromise:
    def test_cheap_and_quick(self, lunch):
        assert lunch.price < 10
        assert lunch.minutes <= 10
