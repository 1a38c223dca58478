"""How sure we are: the smaller of two counted numbers, never a constant.

1. mechanism: the lower end of the 95 % interval of the flip, in the weaker direction;
2. line: how often causes with this tier of evidence were exact on our benchmark, smoothed by Laplace's rule.
"""

from __future__ import annotations

from typing import NamedTuple

from flakemark.isolation import Flip
from flakemark.statistics import lower_bound


class Tier(NamedTuple):
    """How often a kind of evidence pointed at the exact line: `exact` of `cases` (benchmarks/README.md)."""

    exact: int
    cases: int

    @property
    def rate(self) -> float:
        """The smoothed rate."""
        return (self.exact + 1) / (self.cases + 2)


# Counted by the accuracy benchmark; measured anew when the isolation changes.
NAMED_SOURCE = Tier(14, 14)
UNNAMED_VALUE = Tier(0, 2)
ORDER = Tier(6, 6)
UNWRITTEN = Tier(1, 1)
LIMIT = Tier(1, 1)
TIMING = {"wait": Tier(3, 3), "race": Tier(4, 4), "unawaited": Tier(2, 2)}
CONDITION = {
    "timezone": Tier(0, 0), "locale": Tier(1, 1), "variable": Tier(1, 1), "moment": Tier(0, 0), "network": Tier(0, 0),
    "port": Tier(1, 1), "directory": Tier(0, 0), "descriptors": Tier(0, 0), "ticks": Tier(0, 0),
    "garbage": Tier(1, 1), "leftovers": Tier(1, 1),
}  # fmt: skip
SUSPICION = Tier(0, 8)
NAMED_FROM = 0.5  # below this no root cause is named


def of_flip(flip: Flip) -> float:
    """Return the confidence in a confirmed flip, 0 to 1."""
    down, up = flip.to_failing, flip.to_passing
    mechanism = min(lower_bound(down.failed, down.runs), lower_bound(up.passed, up.runs))
    return round(min(mechanism, tier(flip).rate), 3)


def tier(flip: Flip) -> Tier:
    """Return the tier of evidence of a flip."""
    return NAMED_SOURCE if flip.suspects[0].known else UNNAMED_VALUE


def of_suspicion() -> float:
    """Return the confidence in a mere suspect."""
    return round(SUSPICION.rate, 3)
