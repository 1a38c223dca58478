import pytest

from vault.report import summary
from vault.store import Vault


@pytest.fixture
def vault():
    vault = Vault()
    yield vault
    vault.drop()


def test_empty(tmp_path):
    assert summary(Vault(tmp_path / "spare.json")) == "spare: nothing"


def test_saved_plants_come_back_sorted(vault):
    vault.save({"vanda", "cattleya", "oncidium"})
    assert vault.load() == ["cattleya", "oncidium", "vanda"]


def test_summary(vault):
    vault.save(["vanda"])
    assert summary(vault) == "plants: vanda"


def test_drop_twice(vault):
    vault.drop()
    assert vault.load() == []
