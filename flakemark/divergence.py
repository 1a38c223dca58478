"""The noun of a comparison: one place where a passing and a failing run part."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from marshal import dumps

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
    """Whether two literals stand for equal values of one type; memory addresses in texts and secrets of one side do not count."""
    kind = type(left)
    if left is right or _is_hidden(left) != _is_hidden(right):
        return True
    if kind is not type(right):
        return False
    if kind is list:
        return exactly(left, right) or (len(left) == len(right) and all(map(same, left, right)))
    return bool(left == right) or (kind is str and "0x" in left and _ADDRESS.sub("", left) == _ADDRESS.sub("", right))


def _is_hidden(literal: Literal) -> bool:
    """Whether the recorder has redacted it: a run on this machine has the value itself, and nobody can say whether it is the same."""
    return type(literal) is list and literal[:1] == ["redacted"]


def exactly(left: list[Literal] | tuple[Literal, ...], right: list[Literal] | tuple[Literal, ...]) -> bool:
    """Whether two rows of literals are equal and of equal types to the last item, which `==` alone does not see: 1 == True == 1.0."""
    # The bytes of version 2 depend on nothing but the values; both comparisons run in C.
    return left == right and dumps(left, 2) == dumps(right, 2)


Align = Callable[[Trace, Trace], tuple[Divergence, ...]]
