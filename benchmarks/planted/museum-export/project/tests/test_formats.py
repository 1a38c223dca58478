import pytest

from vitrine import formats


@pytest.fixture
def shouting(monkeypatch):
    monkeypatch.setattr(formats, "_exporters", dict(formats._exporters))

    @formats.exporter("shouting")
    def shouting(objects):
        return " ".join(item["title"].upper() for item in objects)


def test_register(shouting, objects):
    assert formats.export(objects, "shouting") == "AMBER COMB TIN WHISTLE"


def test_names_are_sorted(shouting):
    assert formats.names() == sorted(formats.names())


def test_unknown(objects):
    with pytest.raises(formats.UnknownFormat, match="no such format: dbf"):
        formats.export(objects, "dbf")


class TestMarkdown:
    @pytest.fixture
    def table(self, objects):
        return formats.export(objects, "markdown").splitlines()

    def test_missing_year(self, table):
        assert table[-1] == "| A2 | Tin whistle | ? |"
