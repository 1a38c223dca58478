import random

import pytest

from previews import Library, PreviewPool

WORDS = "the quick brown fox jumps over a lazy dog and runs into the dark green woods".split()


def prose(lines, seed):
    rng = random.Random(seed)
    return "\n".join(" ".join(rng.choices(WORDS, k=9)) for _ in range(lines))


@pytest.fixture
def library():
    return Library({name: prose(lines, name) for name, lines in [("memo", 24), ("report", 160), ("thesis", 900)]})


@pytest.fixture
def pool(library, tmp_path):
    pool = PreviewPool(library, tmp_path / "previews.log")
    yield pool
    pool.close()
