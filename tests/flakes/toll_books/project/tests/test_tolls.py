import random

import pytest

from tolls import last_toll


@pytest.fixture
def books(tmp_path):
    for name, entries in [("north", "4 4 6"), ("south", "2 8"), ("east", "5")]:
        (tmp_path / name).write_text(entries, encoding="utf-8")
    return tmp_path


def test_south(books):
    assert last_toll(books / "south", {}) == 8


def test_some_are_known(books):
    known = {name: 6 for name in random.sample(["north", "west", "ferry", "bridge"], 2)}
    assert last_toll(books / "north", known) == 6
