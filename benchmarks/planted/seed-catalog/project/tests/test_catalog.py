import random

import pytest

from seedshop.catalog import Catalog, Seed


def test_read(catalog):
    assert len(list(catalog)) == 12
    assert catalog["GA1"] == Seed("GA1", "Garlic Thermidrome", "autumn", 499, 15)


@pytest.mark.parametrize("text, skus", [("tomato", ["TO1", "TO2"]), ("NERO", ["KA1"]), ("orchid", [])])
def test_search(catalog, text, skus):
    assert [seed.sku for seed in catalog.search(text)] == skus


def test_sold_out_seeds_are_not_listed():
    catalog = Catalog([Seed("A", "Aster", "spring", 100, 0), Seed("B", "Borage", "spring", 100, 1)])
    assert [seed.sku for seed in catalog.listed()] == ["B"]


def test_retired_seeds_are_not_listed(catalog):
    seed = random.choice(catalog.listed())
    catalog.retire(seed.sku)
    assert seed not in catalog.listed()
    assert catalog[seed.sku] is seed


def test_nothing_to_sow_in_winter(catalog):
    assert catalog.to_sow(1) == []
