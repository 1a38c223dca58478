import time

import pytest

from saunatickets.tickets import Expired, issue, read


@pytest.fixture(scope="module")
def ticket():
    return issue("locker 14", "4711", ttl=60)


def test_guest(ticket):
    assert read(ticket, "4711")["guest"] == "locker 14"


def test_wrong_pin(ticket):
    with pytest.raises(ValueError):
        read(ticket, "0000")


def test_tomorrow_is_too_late(ticket):
    with pytest.raises(Expired):
        read(ticket, "4711", now=time.time() + 86_400)


def test_default_stay_is_ninety_minutes():
    claims = read(issue("locker 3", "1234"), "1234")
    assert claims["exp"] - claims["iat"] == 90 * 60
