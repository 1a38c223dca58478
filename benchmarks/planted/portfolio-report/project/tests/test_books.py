import pytest

from holdings import Book, Position


def test_round_trip(tmp_path, books):
    assert [Book.load(book.save(tmp_path)) for book in books] == books


@pytest.mark.parametrize("units, price, value", [(2, 3.5, 7.0), (0, 9.0, 0.0)])
def test_position(units, price, value):
    assert Position("XS1", units, price).value == value
