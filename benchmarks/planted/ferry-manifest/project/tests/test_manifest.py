from ferry.manifest import Leg, Manifest


class TestRendering:
    def test_one_row_per_call(self, manifest, ports):
        rows = manifest.render()
        assert [row.split()[0] for row in rows] == sorted(ports)

    def test_rows_are_aligned(self, manifest):
        assert len({len(row) for row in manifest.render()}) == 1

    def test_empty(self):
        assert Manifest([]).render() == []


def test_total_matches_ports(manifest):
    assert manifest.total() == sum(manifest.per_port().values())


def test_same_port_is_added_up(crew):
    assert len(crew) == 2
    legs = [Leg("Kiel", "Turku", 10), Leg("Hanko", "Turku", 5)]
    assert Manifest(legs).per_port() == {"Turku": 15}
