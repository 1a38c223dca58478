import random

import pytest

from turnstile.tickets import Ticket, season_batch


@pytest.mark.parametrize("kind, persons", [("single", 1), ("couple", 2), ("family", 4)])
def test_persons(kind, persons):
    assert Ticket("x", kind).persons() == persons


def test_batch_is_spread():
    assert [ticket.gate for ticket in season_batch(6)] == list("ABCDAB")


def test_batch_is_reproducible():
    assert season_batch(9, rng=random.Random(4)) == season_batch(9, rng=random.Random(4))
