import pytest

from till import Offers


def test_matching(offers):
    assert offers.matching(["soup", "wine", "grapes", "bread"]) == {
        frozenset({"wine", "grapes"}),
        frozenset({"soup", "bread"}),
    }


def test_single_product():
    with pytest.raises(ValueError):
        Offers().add("bread", price="2.00")
