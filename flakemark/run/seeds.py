"""Inside the worker: each run draws its own numbers, and draws the same ones again when it is asked to.

Forked children would otherwise be of two kinds: numpy's generator goes on from the same state in all of them, and
that of `random` is seeded anew by the interpreter after every fork, where nobody can repeat it. A project that seeds a
generator itself while it is imported wants those numbers, and keeps them.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any


class Reseeds:
    """What is done to the global generators of each child; made after collection, before the first fork.

    Args:
        seed: what `random` was seeded with before anything was imported.

    Attributes:
        random: whether `random` still runs on that stream, so that children may be seeded.
        numpy: whether numpy's global generator still has the seed that it took from the system.
    """

    def __init__(self, seed: int) -> None:
        self._state = sys.modules["random"].getstate()
        self._legacy = _numpy_random()
        self.random = _is_on_stream(seed, self._state)
        self.numpy = _numpy_is_unseeded(self._legacy)

    def apply(self, seed: int) -> None:
        """Seed those that may be; put the project's own state back where it may not."""
        random = sys.modules["random"]
        if self.random:
            random.seed(seed)
        else:
            random.setstate(self._state)
        if self.numpy and self._legacy is not None:
            self._legacy.seed(seed & 0xFFFFFFFF)


def _is_on_stream(seed: int, state: Any) -> bool:
    """Whether a state was reached by drawing from this seed.

    The generator's words only change every 624 draws; so the stream is recognised after any number of draws
    up to 200 x 624.
    """
    words = state[1][:-1]
    stream = sys.modules["random"].Random(seed)
    for _ in range(200):
        if stream.getstate()[1][:-1] == words:
            return True
        stream.getrandbits(32 * 624)
    return False


def _numpy_random() -> Any:
    """Return numpy.random if numpy is loaded; numpy 2 itself loads it on first use, which would be too late."""
    if "numpy" not in sys.modules:
        return None
    try:
        return import_module("numpy.random")
    except ImportError:
        return None


def _numpy_is_unseeded(legacy: Any) -> bool:
    generator = getattr(getattr(getattr(legacy, "mtrand", None), "_rand", None), "_bit_generator", None)
    # numpy.random.seed() forgets the entropy from which the generator was made.
    return getattr(generator, "_seed_seq", generator or legacy) is not None
