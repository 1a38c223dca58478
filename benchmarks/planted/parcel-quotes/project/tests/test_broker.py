import pytest

from parcelquotes import Broker, NoQuote, Parcel, Quote
from sandbox import DeadCarrier, SandboxCarrier


def test_everyone_is_asked_once(broker, carriers, parcel):
    broker.quotes(parcel)
    assert [carrier.asked for carrier in carriers] == [[parcel]] * 3


def test_comparison(broker, parcel):
    assert broker.quotes(parcel) == [Quote(390, "Tortoise", 4), Quote(480, "Heron", 2), Quote(620, "Swift", 1)]


def test_abroad():
    german = Parcel(900, 10, 10, 10, country="DE")
    with Broker([SandboxCarrier("Swift", 310, days=1), SandboxCarrier("Crane", 500, days=3, countries=("DE",))]) as broker:
        assert broker.cheapest(german).carrier == "Crane"
        assert broker.fastest(german).carrier == "Crane"


def test_nobody_delivers_there():
    with Broker([SandboxCarrier("Swift", 310, days=1)]) as broker, pytest.raises(NoQuote, match="NZ"):
        broker.cheapest(Parcel(100, 1, 1, 1, country="NZ"))


def test_unreachable_carrier_is_left_out(parcel):
    with Broker([DeadCarrier()], patience=0.05) as broker:
        assert broker.quotes(parcel) == []
