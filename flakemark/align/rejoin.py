"""Where two sides that parted meet again.

Both sides are walked ahead, an event each in turn. The same site with the same execution index on both sides is the same moment of the
program, however much happened on one side only. Where the recorder left no such moment, the nearest GRAM sites in a row that agree
must do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from flakemark.align.scout import Calls, Index, Scout, known_calls
from flakemark.align.sides import CHUNK, Side
from flakemark.align.structure import Sites, learn_loops
from flakemark.divergence import exactly

GRAM = 3
ALIKE = 8  # sites in a row by which a call is told from the same function called elsewhere
HISTORY = 32  # events before the parting from which the scouts learn on which line each function stands
PATIENCE = 64  # events in which an index may still be found where sites in a row agree already
SHARE = 2  # or this part of the steps that may still be spent in vain, if that is more

Gram = tuple[int, ...]


class Meeting(NamedTuple):
    """How far each side has to be skipped; the nearest is the least, also if the sides are swapped."""

    distance: int
    sites: Gram
    left: int
    right: int


class Rejoining:
    """Finds meetings, and keeps looking ahead linear in the number of events.

    Args:
        sites: of both runs.
        left, right: the sides.
    """

    def __init__(self, sites: Sites, left: Side, right: Side) -> None:
        self.sites, self.left, self.right = sites, left, right
        self.unspent = 2 * (len(left) + len(right))
        self._calls: Calls | None = None

    @property
    def calls(self) -> Calls:
        """Which functions call which, found out when it is first asked for."""
        if self._calls is None:
            self._calls = known_calls(self.sites, {*pairwise(self.left.keys), *pairwise(self.right.keys)})
            if not self.sites.told:
                learn_loops(self.sites, (self.left.keys, self.right.keys))
        return self._calls

    def skip(self, start: tuple[int, int], end: tuple[int, int]) -> tuple[int, int]:
        """Return how far each side has to be skipped from here; to both ends if they do not meet before."""
        i, j = start
        if i == end[0] or j == end[1]:
            return end[0] - i, end[1] - j
        search = _Search(self, start, end)
        meeting = search.run(max(PATIENCE, self.unspent // SHARE))
        if meeting is None:
            return end[0] - i, end[1] - j
        self.unspent -= max(0, min(self.unspent, search.walked - meeting.distance))
        di, dj = meeting.left, meeting.right
        while di and dj and self.left.keys[i + di - 1] == self.right.keys[j + dj - 1]:
            di, dj = di - 1, dj - 1
        return di, dj


@dataclass(slots=True)
class _Ahead:
    """What one side looks like from the parting on, as far as it was walked: at which step each index and gram came first."""

    side: Side
    start: int
    end: int
    scout: Scout
    indices: dict[Index, int] = field(default_factory=dict)
    grams: dict[Gram, int] = field(default_factory=dict)

    def sites(self, step: int, size: int) -> Gram:
        return tuple(self.side.keys[self.start + step : self.start + step + size])


class _Search:
    def __init__(self, rejoining: Rejoining, start: tuple[int, int], end: tuple[int, int]) -> None:
        i, j = start
        left, right, self.functions = rejoining.left, rejoining.right, rejoining.sites.function
        history = Scout(rejoining.sites, rejoining.calls)
        known = _in_common(left.keys, right.keys, i, j)
        for key in left.keys[i - known : i]:
            history.index(key)
        self.left, self.right = _Ahead(left, i, end[0], history.twin()), _Ahead(right, j, end[1], history.twin())
        self.function = self.functions[left.keys[i - 1]] if known else -1
        self.indexed: Meeting | None = None
        self.similar: Meeting | None = None
        self.walked = 0

    def run(self, patience: int) -> Meeting | None:
        """Walk until no nearer meeting can come."""
        most = max(self.left.end - self.left.start, self.right.end - self.right.start)
        while self.walked < most and not self._enough(patience):
            self._step(self.left, self.right, self.walked)
            self._step(self.right, self.left, self.walked)
            self.walked += 1
        return self.similar if self.similar is not None and self._is_certain(self.similar) else self.indexed or self.similar

    def _is_certain(self, meeting: Meeting) -> bool:
        """Whether one block was inserted and nothing else differs around it, whatever lines it comes back to."""
        if self.indexed is None or meeting.distance >= self.indexed.distance or (meeting.left and meeting.right):
            return False
        left, right = self.left.side, self.right.side
        back = min(HISTORY, self.left.start, self.right.start)
        parted = self.left.start - back, self.right.start - back
        again = self.left.start + meeting.left, self.right.start + meeting.right
        rest = self.left.end - again[0]
        return (
            rest == self.right.end - again[1]
            and exactly(left.literals[parted[0] : parted[0] + back], right.literals[parted[1] : parted[1] + back])
            and all(
                left.keys[i : i + CHUNK] == right.keys[j : j + CHUNK]
                and exactly(left.literals[i : i + CHUNK], right.literals[j : j + CHUNK])
                for i, j in zip(range(again[0], self.left.end, CHUNK), range(again[1], self.right.end, CHUNK), strict=True)
            )
        )

    def _enough(self, patience: int) -> bool:
        if self.indexed is not None:
            return self.walked > self.indexed.distance
        return self.similar is not None and self.walked > self.similar.distance + patience

    def _step(self, own: _Ahead, other: _Ahead, step: int) -> None:
        place = own.start + step
        if place >= own.end:
            return
        keys = own.side.keys
        index, gram = own.scout.index(keys[place]), tuple(keys[place : place + GRAM])
        if own.indices.setdefault(index, step) == step and index in other.indices:
            left, right = (step, other.indices[index]) if own is self.left else (other.indices[index], step)
            if self._is_moment(index[0], left, right):
                self.indexed = _nearer(self.indexed, left, right, gram)
        if own.grams.setdefault(gram, step) == step and gram in other.grams:
            left, right = (step, other.grams[gram]) if own is self.left else (other.grams[gram], step)
            self.similar = _nearer(self.similar, left, right, gram)

    def _is_moment(self, key: int, left: int, right: int) -> bool:
        """In the function that parted an index is enough; a function that both sides begin may be called from different places."""
        function = self.functions[key]
        if function == self.function:
            return True
        ours, theirs = self.left.sites(left, ALIKE), self.right.sites(right, ALIKE)
        for mine, yours in zip(ours, theirs, strict=False):
            if mine != yours:
                return False
            if self.functions[mine] != function:
                return True
        return len(ours) == len(theirs)


def _in_common(left: Sequence[int], right: Sequence[int], i: int, j: int) -> int:
    """Count the steps before the parting that both sides took, at most HISTORY."""
    most = min(i, j, HISTORY)
    return next((back for back in range(most) if left[i - back - 1] != right[j - back - 1]), most)


def _nearer(known: Meeting | None, left: int, right: int, gram: Gram) -> Meeting:
    new = Meeting(left + right, gram, left, right)
    return new if known is None or new < known else known
