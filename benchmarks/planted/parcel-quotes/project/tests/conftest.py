import pytest

from parcelquotes import Broker, Parcel
from sandbox import SandboxCarrier


@pytest.fixture
def parcel():
    return Parcel(grams=2_000, length=30, width=20, height=10)


@pytest.fixture
def carriers():
    return [
        SandboxCarrier("Swift", 310, days=1),
        SandboxCarrier("Tortoise", 195, days=4, countries=("NL", "BE", "DE")),
        SandboxCarrier("Heron", 240, days=2),
    ]


@pytest.fixture
def broker(carriers):
    with Broker(carriers, patience=0.05) as broker:
        yield broker
