from geocode import Location


def test_best_hit(geocoder):
    assert geocoder.locate("1 Main  Street") == Location(40.0, -75.0, 0.9)


def test_low_confidence(geocoder):
    assert geocoder.locate("Nowhere Lane") is None


def test_cached(geocoder, upstream):
    geocoder.locate("3 elm road")
    geocoder.locate("3 Elm Road")
    assert upstream.queries == ["3 elm road"]


class TestLocateAll:
    def test_all_known(self, geocoder):
        found, retry = geocoder.locate_all(["1 main street", "7 elm road", "atlantis"])
        assert found.keys() == {"1 main street", "7 elm road"}
        assert retry == []

    def test_outage(self, geocoder, upstream):
        upstream.error_rate = 1.0
        assert geocoder.locate_all(["7 elm road"]) == ({}, ["7 elm road"])

    def test_rerun_completes_the_batch(self, geocoder, upstream):
        addresses = [f"{n} elm road" for n in range(1, 13)]
        upstream.error_rate = 0.15
        found, retry = geocoder.locate_all(addresses)
        upstream.error_rate = 0.0
        found.update(geocoder.locate_all(retry)[0])
        assert sorted(found) == sorted(addresses)
