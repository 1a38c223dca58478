import random

import pytest

import catalog_server
from gardener import Shop, Unknown, shopping_list


@pytest.fixture(scope="module")
def address():
    server = catalog_server.serve()
    yield server.server_address
    server.shutdown()
    server.server_close()


@pytest.fixture
def shop(address):
    shop = Shop(address)
    yield shop
    shop.close()


def hesitate():
    return random.triangular(0.01, 0.066, 0.04)


def test_price(shop):
    assert shop.price("leek") == 1.9


def test_weed(shop):
    with pytest.raises(Unknown):
        shop.price("dock")


def test_quick_buyer(shop):
    assert shopping_list(shop, ["beet", "beet", "chard"]) == 7.9


def test_hesitant_buyer(shop):
    assert shopping_list(shop, ["chard", "leek", "beet"], think=hesitate) == 7.4
