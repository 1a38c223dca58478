import random

import pytest

from guestlist import Guest, Registry

FIRST = ["Ada", "Bo", "Cleo", "Dev", "Edda", "Femi", "Gus"]
LAST = ["Moreau", "Okafor", "Petit", "Quist"]
DIETS = ["any", "vegan", "halal", "gluten-free"]


@pytest.fixture
def registry():
    return Registry()


@pytest.fixture
def family():
    return [Guest("Ada Moreau"), Guest("Bo Petit", diet="vegan", plus_one=True), Guest("Cleo Rossi", diet="vegan")]


@pytest.fixture
def crowd():
    guests = [
        Guest(f"{first} {last}", diet=DIETS[(n + m) % 4])
        for n, last in enumerate(LAST)
        for m, first in enumerate(FIRST)
    ]
    random.shuffle(guests)
    return guests
