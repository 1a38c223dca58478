from decimal import Decimal

import pytest

from shop.basket import Basket


def test_an_empty_basket_costs_nothing():
    assert Basket().subtotal() == 0


def test_quantities_add_up():
    basket = Basket().add("mug").add("mug", 3)
    assert basket.quantities == {"mug": 4}
    assert basket.subtotal() == Decimal("30.00")


def test_codes_are_read_without_spaces_and_in_capitals():
    assert Basket().redeem(" teatime ").codes == ["TEATIME"]


def test_an_unknown_article_is_refused():
    with pytest.raises(LookupError, match="no such article: piano"):
        Basket().add("piano")
