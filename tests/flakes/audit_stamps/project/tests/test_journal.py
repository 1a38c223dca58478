import time

import pytest

from audit.journal import Journal


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path / "journal.log")


def test_is_written_to_disk(journal):
    journal.note("ada", "login")
    assert journal.path.read_text().endswith("ada login\n")


def test_is_stamped(journal):
    now = int(time.time())  # CAUSE
    entry = journal.note("ada", "login")
    assert entry.at == now
    assert entry.what == "login"
