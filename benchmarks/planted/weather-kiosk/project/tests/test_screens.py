from kiosk import Screen, compose


def test_text():
    assert Screen.of("cork", {"temp": 8.6, "wind": 31.2}).text == "Cork 9° 31 km/h"


def test_wall(feed, wall):
    took = compose(feed, wall.show)
    assert wall.texts == ["Aldea 15° 7 km/h", "Brno 15° 7 km/h", "Cork 15° 7 km/h"]
    assert took > 0


def test_no_stations(wall):
    class Empty:
        def stations(self):
            return []

    compose(Empty(), wall.show)
    assert wall.texts == []
