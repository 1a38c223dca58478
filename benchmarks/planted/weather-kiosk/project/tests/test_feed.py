import pytest

from kiosk import Feed, FeedError


def test_stations(feed):
    assert feed.stations() == ["aldea", "brno", "cork"]


def test_reading(feed):
    reading = feed.reading("brno")
    assert 14 < reading["temp"] < 16
    assert reading["wind"] == 7


@pytest.mark.parametrize("path", ["/stations/dover", "/radar"])
def test_unknown(feed, path):
    with pytest.raises(FeedError, match="404"):
        feed.get(path)
    assert feed.requests == 1


def test_feeds_are_independent(service, feed):
    with Feed(*service.address) as other:
        assert other.stations() == feed.stations()
