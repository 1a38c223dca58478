import pytest

from zoneresolver.client import Resolver
from zoneresolver.server import ZoneServer
from zoneresolver.zone import Zone


class TestFailover:
    @pytest.fixture(autouse=True)
    def nodes(self, request, zone, address):
        request.cls.primary = ZoneServer(zone, address).start()
        yield
        self.primary.stop()

    def test_primary_answers(self, address):
        assert Resolver(address).resolve("mail.example.test") == "192.0.2.25"
        assert self.primary.answered <= 1


def test_standby_takes_over(zone, address):
    standby = ZoneServer(Zone(zone.origin, {"www": "192.0.2.11"}), address).start()
    try:
        assert Resolver(address).resolve("www.example.test") == "192.0.2.11"
    finally:
        standby.close()
