import math
import random

import pytest

from seismolink import Client, Station

RATE = 100


def quake(seconds, magnitude):
    rng = random.Random(17)
    return [
        int(magnitude * math.exp(-n / RATE) * math.sin(n / 3)) + rng.randint(-4, 4) for n in range(seconds * RATE)
    ]


@pytest.fixture(scope="session")
def traces():
    return {"BHZ": quake(4, 9_000), "BHN": quake(2, 700), "LOG": [], "HHZ": quake(60, 120_000)}


@pytest.fixture(scope="module")
def station(traces):
    with Station(traces) as station:
        yield station


@pytest.fixture
def client(station):
    with Client(station.address) as client:
        yield client
