from datetime import date

import pytest

from holdings import Valuation, report, value_books


class TestValuation:
    def test_books(self, folder, books):
        assert value_books(folder).books == {book.name: book.value for book in books}

    def test_same_as_serial(self, folder, books):
        serial = Valuation()
        for book in books:
            serial.add(book)
        assert value_books(folder).total == serial.total

    def test_shares(self, folder, books):
        valuation = value_books(folder)
        assert sum(valuation.share(book.name) for book in books) == pytest.approx(1)

    def test_empty_folder(self, tmp_path):
        assert value_books(tmp_path).total == 0


class TestReport:
    def test_lines(self, folder):
        text = report.lines(value_books(folder), date(2024, 12, 31))
        assert text[0] == "Holdings on 31 December 2024"
        assert len(text) == 7
        assert text[2].startswith("cash")
