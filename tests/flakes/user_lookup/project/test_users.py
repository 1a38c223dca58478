import random

import pytest

from users import Directory

NAMES = ["Ada", "Bob", "Cyd"]


@pytest.fixture
def directory():
    made = Directory()
    for name in random.sample(NAMES, k=3):
        made.add(name)
    return made


def test_names_may_be_written_small(directory):
    assert directory.token("ada")


class TestTokens:
    def test_every_user_has_one(self, directory):
        name = random.choice(NAMES)
        assert len(directory.token(name)) == 8, f"{name} in {directory}"
