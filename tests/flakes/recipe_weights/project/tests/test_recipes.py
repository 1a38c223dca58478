import pytest

from recipes import Recipe


@pytest.fixture
def soup():
    soup = Recipe("soup")
    for name, kilos in (("leek", 0.1), ("salt", 0.2), ("potato", 0.3), ("cream", 0.7), ("pepper", 0.01)):
        soup.need(name, kilos)
    return soup


def test_weight(soup):
    assert soup.weight(without=["pepper"]) == 1.3
