import random

import pytest

from loot.chest import Chest


@pytest.fixture
def chest():
    random.seed(7)
    return Chest().fill(slots=3)


def test_is_full(chest):
    assert len(chest.content) == 3


def test_is_cheap(chest):
    assert chest.worth < 60, f"too generous: {chest.content} in {id(chest):#x}"
