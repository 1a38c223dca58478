import pytest

from fakes import FakeUpstream
from geocode import Geocoder, Pool


@pytest.fixture
def known():
    known = {
        "1 main street": [{"lat": 40.1, "lon": -75.2, "confidence": 0.6}, {"lat": 40.0, "lon": -75.0, "confidence": 0.9}],
        "nowhere lane": [{"lat": 1.0, "lon": 1.0, "confidence": 0.2}],
    }
    known.update({f"{n} elm road": [{"lat": 40 + n / 100, "lon": -75.5}] for n in range(1, 21)})
    return known


@pytest.fixture
def upstream(known):
    return FakeUpstream(known)


@pytest.fixture
def pool(upstream):
    return Pool(upstream.connect, size=4, wait=0.05)


@pytest.fixture
def geocoder(pool):
    return Geocoder(pool)
