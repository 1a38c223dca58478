import pytest

from gaugefeed import GaugeClient
from gaugefeed.simulator import Station


@pytest.fixture(scope="module")
def station():
    with Station(["rhin", "elbe"]) as station:
        yield station


@pytest.fixture
def client(station):
    with GaugeClient(station.server_address) as client:
        yield client
