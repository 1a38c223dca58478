import pytest

from trackconv import Track, convert, summary
from trackconv.registry import UnknownFormat


class TestConvert:
    SNIPPETS = {
        "csv": "51.78500,10.60030,760.5",
        "geojson": '"type": "LineString"',
        "gpx": "<name>Brocken</name>",
    }

    @pytest.mark.parametrize("target", SNIPPETS)
    def test_written(self, track, target):
        text = convert(track, to=target)
        assert self.SNIPPETS[target] in text

    @pytest.mark.parametrize("target", ["csv", "geojson"])
    def test_empty_track(self, target):
        assert convert(Track("nothing"), to=target)

    def test_unknown(self, track):
        with pytest.raises(UnknownFormat, match="kml"):
            convert(track, to="kml")


def test_summary(track):
    assert summary(track) == "Brocken: 6.4 km, 831 m"
