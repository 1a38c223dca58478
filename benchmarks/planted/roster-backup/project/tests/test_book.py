import pytest

from roster.book import RosterBook


@pytest.fixture
def book(tmp_path):
    book = RosterBook(tmp_path / "ward7.json")
    book.write({"early": ["Ines"]})
    return book


def test_first_write_needs_no_backup(book):
    assert book.backups() == []


def test_undo_restores_previous(book):
    book.assign("late", "Tarik")
    book.undo()
    assert book.read() == {"early": ["Ines"]}


def test_undo_is_stepwise(book):
    book.assign("late", "Tarik")
    book.assign("night", "Moira")
    book.undo()
    assert "night" not in book.read()
    book.undo()
    assert book.read() == {"early": ["Ines"]}


def test_prune_keeps_newest(book):
    book.keep = 1
    for nurse in ("Tarik", "Moira", "Jo"):
        book.assign("late", nurse)
    assert len(book.backups()) == 1
