import pytest

from layers.load import Settings, merge


class TestMerge:
    def test_nested_keys_survive(self):
        assert merge({"a": {"b": 1}}, {"a": {"c": 2}}) == {"a": {"b": 1, "c": 2}}

    def test_base_is_left_alone(self):
        base = {"a": {"b": 1}}
        merge(base, {"a": {"b": 3}})
        assert base == {"a": {"b": 1}}


class TestSite:
    def test_every_layer_contributes(self, site):
        assert site["trace.rate"] == 0.1 and site["debug"] is False

    def test_local_layer_wins(self, site):
        assert site["db.host"] == "localhost"
        assert site["db.port"] == 6543

    def test_unknown_key(self, site):
        with pytest.raises(KeyError):
            site["db.password"]


def test_single_file(write):
    assert Settings(write("only.json", debug=True))["debug"] is True
