import pytest

from orchids.money import premium, step


@pytest.mark.parametrize("amount, increment", [(0, 5), (99, 5), (100, 20), (500, 50), (1_999, 50), (2_000, 100)])
def test_step(amount, increment):
    assert step(amount) == increment


@pytest.mark.parametrize("amount, expected", [(100, 12), (101, 13)])
def test_premium(amount, expected):
    assert premium(amount) == expected
