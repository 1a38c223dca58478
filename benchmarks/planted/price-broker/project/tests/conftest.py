import pytest

from broker import Broker, Exchange


@pytest.fixture
def exchange():
    return Exchange({"ACME": "12.50", "GLOB": "7.10"})


@pytest.fixture
def broker(exchange):
    return Broker(exchange, {"ACME": "12.00", "GLOB": "7.00", "OLDX": "1.00"})
