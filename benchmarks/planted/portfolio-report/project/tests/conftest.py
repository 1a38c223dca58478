import random

import pytest

from holdings import Book, Position

SIZES = {"bonds": 40, "cash": 2, "equities": 120, "metals": 6, "property": 25}


@pytest.fixture(scope="session")
def books():
    rng = random.Random(3)

    def position(number):
        return Position(f"XS{number:010d}", round(rng.uniform(1, 900), 3), round(rng.uniform(0.5, 240), 4))

    return [Book(name, tuple(position(number) for number in range(size))) for name, size in SIZES.items()]


@pytest.fixture
def folder(tmp_path, books):
    for book in books:
        book.save(tmp_path)
    return tmp_path
