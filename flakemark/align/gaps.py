"""Events that a run may well have had: its recorder keeps so many of each site, and drops the oldest of a site when space is short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flakemark.align.sides import Side


class Gaps:
    """Says which events one side does not have for sure.

    Args:
        side: what a recorder left of a thread.
        other: the same thread of the other run.
    """

    def __init__(self, side: Side, other: Side) -> None:
        self.side, self.other = side, other
        self.dropped = side.trace.dropped > 0
        self._first: dict[int, int] | None = None
        self._last: dict[int, int] = {}
        self._full: set[int] = set()

    def missing(self, at: int, keys: Sequence[int]) -> list[int]:
        """Return which of some events of the other side are missing here for sure.

        Before the first event of a site the recorder may have dropped older ones, after the last one it may have reached its limit: both
        runs then have equally many.

        Args:
            at: index on this side, where they would be.
            keys: their sites.
        """
        if not self.dropped:
            return list(range(len(keys)))
        if self._first is None:
            self._first = self._learn()
        return [place for place, key in enumerate(keys) if not self._may_be_dropped(at, key, self._first)]

    def _may_be_dropped(self, at: int, key: int, first: dict[int, int]) -> bool:
        return key in first and (at <= first[key] or (key in self._full and at > self._last[key]))

    def _learn(self) -> dict[int, int]:
        own, other = Counter(self.side.keys), Counter(self.other.keys)
        self._last = {key: place for place, key in enumerate(self.side.keys)}
        self._full = {key for key, count in own.items() if count == other[key]}
        return {key: place for place, key in reversed(list(enumerate(self.side.keys)))}
