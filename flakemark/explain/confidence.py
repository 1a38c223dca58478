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


# Counted by the accuracy benchmark on labelled cases and on the planted ones; measured anew when the isolation changes.
ORDERS = Tier(26, 26)  # of sets, of listings, of what is shuffled, of what is completed
DRAWS = Tier(29, 37)  # some of them only simulate what the code under test cannot bear
CLOCKS = Tier(13, 13)
NAMED_SOURCE = Tier(68, 76)  # all of these together, for kinds that were not met on their own
UNNAMED_VALUE = Tier(0, 2)
ORDER = Tier(17, 20)  # three lines that led to the one that writes, on cases that were new
UNWRITTEN = Tier(2, 2)
CUT = Tier(1, 2)  # the line of a polluter after which it pollutes, where no state was seen
LIMIT = Tier(1, 1)
TIMING = {"wait": Tier(21, 24), "race": Tier(19, 23), "unawaited": Tier(4, 4), "early": Tier(0, 0), "overtaken": Tier(1, 1)}
SETTING = Tier(7, 7)  # one call after the other is put on the other side, whatever the setting
NOT_MET = Tier(0, 0)  # in no labelled case
CONDITION = {"garbage": Tier(2, 2), "identity": Tier(1, 1), "leftovers": Tier(1, 1), "examples": DRAWS, "outage": NOT_MET}
LEAK = Tier(1, 1)  # seen where it was acquired; what decides that it is left open was not found
LATENCY = Tier(0, 4)  # a draw that is only waited for, where no wait was found that is too short for it
SUSPICION = Tier(0, 8)
NAMED_FROM = 0.5  # below this no root cause is named


def of_flip(flip: Flip) -> float:
    """Return the confidence in a confirmed flip, 0 to 1."""
    down, up = flip.to_failing, flip.to_passing
    mechanism = min(lower_bound(down.failed, down.runs), lower_bound(up.passed, up.runs))
    return round(min(mechanism, tier(flip).rate), 3)


_KINDS = {
    **dict.fromkeys(("set_order", "set_pop", "listing", "shuffle", "completion"), ORDERS),
    **dict.fromkeys(("draw", "unique"), DRAWS),
    "clock": CLOCKS,
}


def tier(flip: Flip) -> Tier:
    """Return the tier of evidence of a flip."""
    first = flip.suspects[0]
    return _KINDS.get(first.site.source_kind, NAMED_SOURCE) if first.known else UNNAMED_VALUE


def of_suspicion() -> float:
    """Return the confidence in a mere suspect."""
    return round(SUSPICION.rate, 3)
