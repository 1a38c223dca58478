import random

import pytest

from flagpole import Flag, FlagSet, Rollout


@pytest.fixture(scope="session")
def users():
    rng = random.Random(4)
    return [f"user-{rng.randrange(10_000, 99_999)}" for _ in range(24)]


@pytest.fixture
def flags():
    return FlagSet(
        [
            Flag("dark-mode", Rollout(100)),
            Flag("new-checkout", Rollout(50)),
            Flag("beta-search", Rollout(0, always=frozenset({"qa-1", "qa-2"}))),
        ]
    )
