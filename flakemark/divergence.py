"""The noun of a comparison: one place where a passing and a failing run part."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from flakemark.events import Literal, Trace, TracedSite
from flakemark.model import DivergenceType

NOTHING = "<no event>"
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Divergence:
    """One place where a passing and a failing run part.

    Attributes:
        site: where; on the side that has an event.
        kind: one of the six names.
        passing, failing: literals; NOTHING where a side has no event there.
        place: index of the event among all events of its run, for sorting by time of completion.
        thread: name of the logical thread.
        count: events in the block (1 for a value).
    """

    site: TracedSite
    kind: DivergenceType
    passing: Literal
    failing: Literal
    place: int
    thread: str
    count: int = 1


def same(left: Literal, right: Literal) -> bool:
    """Whether two literals stand for equal values; memory addresses in texts do not count."""
    if left is right or (left == right and type(left) is type(right)):
        return True
    if isinstance(left, str) and isinstance(right, str):
        return "0x" in left and _ADDRESS.sub("", left) == _ADDRESS.sub("", right)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return False


Align = Callable[[Trace, Trace], tuple[Divergence, ...]]
