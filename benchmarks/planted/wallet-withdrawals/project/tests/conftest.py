import pytest

from wallet import Account
from wallet.journal import Journal


@pytest.fixture
def journal(tmp_path):
    journal = Journal(tmp_path / "journal.jsonl")
    yield journal
    journal.close()


@pytest.fixture
def make_account(journal):
    def make(cents, number="DE02-1203"):
        account = Account(number, journal)
        account.deposit(cents)
        return account

    return make
