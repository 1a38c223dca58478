from decimal import Decimal

import pytest

from courier import tariff

from .factories import make_parcel


class TestTariff:
    @pytest.mark.parametrize(
        "service, zone, kilos, expected",
        [("economy", 1, 5, "6.45"), ("economy", 3, 21, "33.80"), ("express", 2, 20, "23.80")],
    )
    def test_price(self, service, zone, kilos, expected):
        assert tariff.price(service, zone, kilos) == Decimal(expected)


class TestDesk:
    def test_express_goes_to_nearest(self, desk):
        assert desk.quote(make_parcel(postcode="80331"), "express").depot == "MUC"

    def test_history(self, desk, parcel):
        quotes = [desk.quote(parcel), desk.quote(parcel, "express")]
        assert desk.history == quotes

    @pytest.mark.parametrize("service", ["economy", "express"])
    def test_no_approval_within_the_country(self, desk, parcel, service):
        quote = desk.quote(parcel, service)
        assert not desk.needs_approval(quote)
        assert desk.pending() == []

    def test_approval(self, desk):
        bulky = make_parcel(length=120, width=80, height=60)
        quote = desk.quote(bulky)
        assert desk.pending() == [quote]
