import pytest

from seedvault import Accession, Vault


@pytest.fixture
def vault(tmp_path):
    vault = Vault(tmp_path / "shelf-3")
    for species, year, packets in [
        ("rye", 1994, 4),
        ("emmer", 1987, 2),
        ("spelt", 1994, 7),
    ]:
        vault.deposit(Accession(species, year, packets))
    return vault
