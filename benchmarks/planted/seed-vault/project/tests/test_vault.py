import pytest

from seedvault import Accession
from seedvault.vault import regeneration_plan


def test_packet_count(vault):
    vault.deposit(Accession("rye", 2003, 5))
    assert vault.packets_of("rye") == 9


@pytest.mark.parametrize("slots, expected", [
    (1, ["emmer"]),
    (3, ["emmer", "rye", "spelt"]),
])
def test_regeneration_plan(vault, slots, expected):
    assert regeneration_plan(vault, slots) == expected


def test_withdraw_removes_card(vault):
    lot = Accession("einkorn", 1971)
    vault.deposit(lot)
    vault.withdraw(lot.ident)
    assert vault.packets_of("einkorn") == 0
