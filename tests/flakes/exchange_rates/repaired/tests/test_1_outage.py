import pytest

from money import rates
from money.convert import to_euro


class Outage:
    def __init__(self, calls=0):
        self.calls = calls

    def __call__(self, currency):
        self.calls += 1
        raise ConnectionError(f"no rate for {currency} ({id(self):#x})")


@pytest.fixture
def outage(monkeypatch):
    outage = Outage()
    monkeypatch.setattr(rates, "fetch", outage)
    return outage


def test_unknown_currency():
    with pytest.raises(KeyError):
        to_euro(1, "xyz")


def test_outage_reaches_the_caller(outage):
    with pytest.raises(ConnectionError):
        to_euro(1, "usd")
    assert outage.calls == 1
