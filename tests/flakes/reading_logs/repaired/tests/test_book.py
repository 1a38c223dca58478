import pytest

from logbook import LogBook


@pytest.fixture
def book(tmp_path):
    book = LogBook(tmp_path / "harbour.txt")
    yield book
    book.close()


def test_an_entry_is_on_the_disk(book, tmp_path):
    book.add("calm")
    assert (tmp_path / "harbour.txt").read_text() == "calm\n"


def test_an_entry_knows_its_book(tmp_path):
    book = LogBook(tmp_path / "lighthouse.txt")
    assert str(book.add("fog")) == "lighthouse: fog"
    book.close()
