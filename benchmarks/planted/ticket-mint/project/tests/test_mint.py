import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from mint import Mint, Ticket


def noon():
    return 12


@pytest.fixture
def mint():
    return Mint(noon)


def test_desk_can_be_given():
    assert str(Mint(noon, desk=31).issue()) == "12310001"


def test_serials_are_unique(mint):
    with ThreadPoolExecutor(3) as pool:
        tickets = list(pool.map(lambda _: mint.issue(), range(30)))
    assert len({ticket.serial for ticket in tickets}) == 30


def test_clock_of_the_fair():
    hour = time.localtime().tm_hour
    assert Mint(lambda: hour).issue().hour == hour


def test_printed_tickets_can_be_read(mint):
    tickets = [mint.issue() for _ in range(random.randint(2, 9))]
    assert [Ticket.read(str(ticket)) for ticket in tickets] == tickets
