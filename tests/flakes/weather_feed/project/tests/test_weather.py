import urllib.error

import pytest

from weather import Station, warmest


def test_an_unknown_station(service):
    with pytest.raises(urllib.error.HTTPError):
        Station(service, "atlantis").latest()


@pytest.mark.parametrize(("names", "expected"), [(["oslo", "rome"], "rome"), (["riga", "oslo"], "riga")])
def test_the_warmest(service, names, expected):
    assert warmest([Station(service, name) for name in names]) == expected


def test_a_station_is_asked_once(service):
    station = Station(service, "oslo")
    assert (station.latest(), station.asked) == (4.5, 1)
