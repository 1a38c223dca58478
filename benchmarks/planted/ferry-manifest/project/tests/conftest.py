import random

import pytest

from ferry.manifest import Leg, Manifest

PORTS = [
    "Bergen", "Esbjerg", "Gdynia", "Hanko", "Kiel", "Klaipeda", "Malmo",
    "Nynas", "Rostock", "Tallinn", "Trelleborg", "Turku", "Ventspils",
]


@pytest.fixture
def crew():
    rng = random.Random(11)
    return rng.sample(["Aino", "Birk", "Ciel", "Dag", "Eske"], k=2)


@pytest.fixture
def ports():
    return random.choices(PORTS, k=3)


@pytest.fixture
def manifest(ports):
    return Manifest(
        Leg("Stockholm", port, random.randint(20, 400)) for port in ports
    )
