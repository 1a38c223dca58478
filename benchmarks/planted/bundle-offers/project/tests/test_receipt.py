from decimal import Decimal

import pytest

from till import Offers, ring_up


class TestTotal:
    @pytest.mark.parametrize(
        "basket, expected",
        [
            pytest.param("olives soup", "10.40", id="no-offer"),
            pytest.param("bread soup olives", "11.90", id="lunch"),
            pytest.param("grapes wine grapes", "12.10", id="wine"),
            pytest.param("bread cheese wine grapes", "15.00", id="picnic"),
            pytest.param("bread cheese bread cheese", "12.00", id="twice"),
        ],
    )
    def test_baskets(self, catalog, offers, basket, expected):
        receipt = ring_up(catalog, offers, basket.split())
        assert receipt.total == Decimal(expected)

    def test_without_offers(self, catalog):
        skus = ["bread", "cheese", "wine"]
        assert ring_up(catalog, Offers(), skus).total == catalog.worth(set(skus))


class TestText:
    def test_lines(self, catalog, offers):
        receipt = ring_up(catalog, offers, ["cheese", "bread", "olives"])
        assert receipt.text().splitlines() == [
            "Bread + Cheese              6.00",
            "Olives                      3.90",
            "--------------------------------",
            "total                       9.90",
        ]

    def test_long_titles_are_cut(self, catalog, offers):
        receipt = ring_up(catalog, offers, ["wine", "grapes"])
        assert receipt.text(width=18).splitlines()[0] == "Grapes + W    9.00"
