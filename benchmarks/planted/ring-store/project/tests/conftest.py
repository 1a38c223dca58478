import random

import pytest

from ringstore import Store

CITIES = """Aarhus Bergen Cork Dresden Esbjerg Faro Ghent Hamburg Izmir Jena Krakow Lyon Malaga Nantes Oulu Porto
Quimper Riga Split Turin Umea Vigo Wroclaw Xanthi York Zagreb""".split()


@pytest.fixture
def store():
    store = Store()
    for role in ("alpha", "beta", "gamma"):
        store.join(role)
    return store


@pytest.fixture
def cities(store):
    for city in CITIES:
        store.put(city, random.gauss(12, 6))
    return CITIES
