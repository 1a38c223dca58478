import pytest


@pytest.fixture
def gpx():
    return pytest.importorskip("trackconv.formats.gpx")


class TestGpx:
    def test_round_trip(self, gpx, track):
        assert gpx.read(gpx.write(track)) == track

    def test_no_points(self, gpx):
        assert gpx.read(f'<gpx xmlns="{gpx.NS}"><trk><name>x</name></trk></gpx>').points == []
