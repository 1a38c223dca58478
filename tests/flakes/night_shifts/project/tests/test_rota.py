import pytest

from rota import Rota


@pytest.fixture
def rota():
    rota = Rota()
    rota.add("ada", 1_710_018_000)  # 2024-03-09 21:00
    rota.add("bob", 1_710_061_200)  # 2024-03-10 09:00
    rota.add("cyd", 1_710_064_800)  # 2024-03-10 10:00
    return rota


def test_nobody_on_monday(rota):
    assert rota.on_day("Wednesday") == []


def test_sunday(rota):
    assert rota.on_day("Sunday") == ["bob", "cyd"]
