import pytest

from library.desk import Desk
from library.shelf import Shelf

TITLES = {
    "dune": "a beginning is a very delicate time",
    "emma": "handsome clever and rich",
}


@pytest.fixture
def shelf():
    return Shelf(TITLES)


@pytest.fixture
def desk(shelf, tmp_path):
    desk = Desk(shelf, tmp_path / "journal.txt")
    yield desk
    desk.close()


def test_unknown_title(shelf):
    with pytest.raises(KeyError):
        shelf.lend("ulysses")


def test_book_cannot_be_lent_twice(shelf):
    loan = shelf.lend("emma")
    with pytest.raises(LookupError):
        shelf.lend("emma")
    assert loan.text.startswith("handsome")


def test_ask_again(desk, shelf):
    assert desk.ask("dune").result(timeout=2) == 7
    assert desk.ask("emma").result(timeout=2) == 4
    assert desk.ask("dune", lambda loan: loan.text[:11]).result(timeout=2) == "a beginning"


def test_journal(desk):
    desk.ask("emma").result(timeout=2)
    desk.close()
    assert desk.journal.read_text(encoding="utf-8").startswith("emma ")
