"""Inside the worker: forked children would all draw the same numbers, so each run seeds the global generators anew.

A project that seeds them itself while it is imported wants those numbers, and keeps them.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import sys
from typing import Any


class Reseeds:
    """Which generators may be reseeded, as found after collection.

    Args:
        seed: what `random` was seeded with before anything was imported.

    Attributes:
        random: whether `random` still runs on that stream.
        numpy: whether numpy's global generator still has the seed that it took from the system.
    """

    def __init__(self, seed: int) -> None:
        self.random = _still_ours(seed)
        self.numpy = _numpy_is_unseeded()

    def apply(self, seed: int) -> None:
        """Seed those that may be."""
        if self.random:
            sys.modules["random"].seed(seed)
        legacy = _numpy_random()
        if self.numpy and legacy is not None:
            legacy.seed(seed & 0xFFFFFFFF)


def _still_ours(seed: int) -> bool:
    """Whether `random` runs on the stream of this seed.

    The generator's words only change every 624 draws; so the stream is recognised after any number of draws
    up to 200 x 624.
    """
    random = sys.modules["random"]
    words = random.getstate()[1][:-1]
    stream = random.Random(seed)
    for _ in range(200):
        if stream.getstate()[1][:-1] == words:
            return True
        stream.getrandbits(32 * 624)
    return False


def _numpy_is_unseeded() -> bool:
    legacy = _numpy_random()
    if legacy is None:
        return True
    generator = getattr(getattr(getattr(legacy, "mtrand", None), "_rand", None), "_bit_generator", None)
    # numpy.random.seed() forgets the entropy from which the generator was made.
    return getattr(generator, "_seed_seq", generator or legacy) is not None


def _numpy_random() -> Any:
    return sys.modules.get("numpy.random")
