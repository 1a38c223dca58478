import pytest

from photoimport import Importer


@pytest.fixture
def card(tmp_path):
    card = tmp_path / "DCIM"
    card.mkdir()
    return card


@pytest.fixture
def importer(card, tmp_path):
    return Importer(card, tmp_path / "album", protected=frozenset({"IMG_0002.JPG"}))
