from pathlib import Path

import pytest

from seedshop.basket import Basket
from seedshop.catalog import Catalog

DATA = Path(__file__).with_name("data")


@pytest.fixture(scope="session")
def catalog():
    return Catalog.read(DATA / "seeds.csv")


@pytest.fixture
def basket(catalog):
    return Basket(catalog)
