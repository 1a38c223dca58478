"""The noun of a pairing."""

from __future__ import annotations

from typing import NamedTuple


class Stretch(NamedTuple):
    """Paired events, and the events after them that have no partner.

    Attributes:
        left, right: index of the first pair on each side.
        paired: how many pairs.
        lost, gained: events after them that only the left or only the right side has.
    """

    left: int
    right: int
    paired: int
    lost: int = 0
    gained: int = 0

    def swapped(self) -> Stretch:
        """Return the same with the sides exchanged."""
        return Stretch(self.right, self.left, self.paired, self.gained, self.lost)
