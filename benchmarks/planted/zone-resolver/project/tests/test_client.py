import pytest

from zoneresolver.client import Resolver, Unknown
from zoneresolver.server import ZoneServer


@pytest.fixture
def server(zone, address):
    server = ZoneServer(zone, address).start()
    yield server
    server.close()


@pytest.fixture
def resolver(server):
    return Resolver(server.address)


def test_unknown(resolver):
    with pytest.raises(Unknown):
        resolver.resolve("ftp.example.test")


def test_time_is_measured(resolver):
    resolver.resolve("www.example.test")
    assert 0 < resolver.elapsed < 5


def test_other_domain(resolver):
    with pytest.raises(Unknown, match="www.example.org"):
        resolver.resolve("www.example.org")
