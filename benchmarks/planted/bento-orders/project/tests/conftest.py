import os
import time
from decimal import Decimal

import pytest

from bento.kitchen import Kitchen
from bento.orders import Line, Order

MENU = {"karaage": Decimal("680"), "saba": Decimal("720"), "tofu": Decimal("540")}


@pytest.fixture(scope="session", autouse=True)
def tokyo():
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Asia/Tokyo"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.fixture
def kitchen():
    return Kitchen()


@pytest.fixture
def bento():
    def make(employee="sato", day=None, **quantities):
        lines = [Line(dish, MENU[dish], n) for dish, n in quantities.items()]
        return Order(employee, lines, day) if day else Order(employee, lines)

    return make
