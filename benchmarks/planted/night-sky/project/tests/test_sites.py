import pytest

from nightsky import observable, site


@pytest.mark.parametrize("declination, altitude", [(48.0, 90.0), (-42.0, 0.0), (0.0, 42.0)])
def test_altitude(declination, altitude):
    assert site.altitude(declination) == altitude


def test_behind_the_house(own_site, targets):
    own_site(N=0, E=0, S=14, W=0)
    assert [target.name for target in observable(targets)] == ["M13"]


def test_latitude(monkeypatch, targets):
    monkeypatch.setattr(site, "latitude", 30.0)
    assert site.altitude(targets[0].declination) == 83.5
