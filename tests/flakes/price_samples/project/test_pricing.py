import random
import time
from decimal import Decimal

import pytest

from pricing import gross, split

SEEDED = random.Random(20240229)
NETS = [Decimal(SEEDED.randrange(10_000)) / 100 for _ in range(3)]
BILL = Decimal(random.randrange(1_000, 10_000)) / 100  # CAUSE


@pytest.fixture(autouse=True)
def stopwatch(record_property):
    started = time.perf_counter()
    yield
    record_property("seconds", time.perf_counter() - started)


@pytest.mark.parametrize("net", NETS, ids=["small", "middle", "large"])
def test_gross_is_more_than_net(net):
    assert gross(net) > net


@pytest.mark.parametrize("people", [1, 2], ids=["alone", "couple"])
def test_shares_add_up(people):
    assert sum(split(BILL, people)) == BILL
