import pytest

from zoneresolver.zone import Zone, ZoneError


def test_parse(zone):
    assert zone.origin == "example.test"
    assert zone.records == {"www": "192.0.2.10", "mail": "192.0.2.25"}


def test_bad_line():
    with pytest.raises(ZoneError, match="line 2: www A"):
        Zone.parse("$ORIGIN x.\nwww A")


@pytest.mark.parametrize("name, expected", [("www.example.test", "192.0.2.10"), ("www.test", None)])
def test_lookup(zone, name, expected):
    assert zone.lookup(name) == expected
