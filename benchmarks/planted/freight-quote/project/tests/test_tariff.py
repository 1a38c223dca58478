from datetime import datetime, timedelta, timezone

import pytest

from freight.tariff import FUEL, INSURANCE, ZONES, premium, quote


@pytest.mark.parametrize("value, expected", [(0, 0.0), (100, 2.5), (1000, 12.0)])
def test_premium(value, expected):
    assert premium(value) == pytest.approx(expected)


@pytest.mark.parametrize("zone", ZONES)
def test_uninsured(make_parcel, zone):
    parcel = make_parcel()
    base, per_kg = ZONES[zone]
    expected = (base + per_kg * parcel.chargeable) * (1 + FUEL)
    assert quote([parcel], zone).total == pytest.approx(expected, abs=0.01)


def test_insured(shipment):
    offer = quote(shipment, "eu")
    base, per_kg = ZONES["eu"]
    freight = sum(base + per_kg * parcel.chargeable for parcel in shipment)
    insurance = sum(parcel.value for parcel in shipment) * INSURANCE
    assert offer.total == pytest.approx(freight * (1 + FUEL) + insurance, abs=0.02)


def test_references_differ(shipment):
    assert quote(shipment, "eu").reference != quote(shipment, "eu").reference


def test_validity(shipment):
    left = quote(shipment, "world").valid_until - datetime.now(timezone.utc)
    assert timedelta(days=13) < left <= timedelta(days=14)


def test_unknown_zone(shipment):
    with pytest.raises(KeyError):
        quote(shipment, "moon")
