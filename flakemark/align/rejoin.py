"""Where two sides that parted meet again.

Both sides are walked ahead, an event each in turn. An event's index says which round of which loop it belongs to and how deep in a
recursion, counted from where the sides parted; the same site with the same index on both sides is the same moment of the program,
however much happened on one side only. Two other answers compete with it: a place from which on even the values agree, where the
index promises no such thing (a round was inserted); and, where the recorder left no index in common, the nearest GRAM sites
in a row that agree.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from flakemark.align.sides import Side, Sites

GRAM = 3
PROOF = 8  # events that agree in site and value: no coincidence
KEPT = 4  # places remembered of one gram
HISTORY = 32  # events before the parting from which the scouts learn on which line each function stands
PATIENCE = 64  # events in which an index may still be found where sites in a row agree already
SHARE = 16  # or this part of what is left of the events to spend, if that is more

Index = tuple[int, ...]


class Meeting(NamedTuple):
    """How far each side has to be skipped; the nearest is the least, also if the sides are swapped."""

    distance: int
    what: Index
    left: int
    right: int


@dataclass(slots=True)
class Frame:
    """Where one function stands: its line, the sites it met there, and per line the round of the loops around it."""

    line: int
    here: set[int]
    rounds: list[int]


class Scout:
    """Walks ahead on one side and gives each event its index."""

    def __init__(self, sites: Sites) -> None:
        self.sites = sites
        self.depth = 0
        self.frames: dict[tuple[int, int], Frame] = {}

    def twin(self) -> Scout:
        """Return a scout that stands where this one does, and counts rounds and depth from here."""
        other = Scout(self.sites)
        for (function, depth), frame in self.frames.items():
            other.frames[function, depth - self.depth] = Frame(frame.line, set(frame.here), [0] * len(frame.rounds))
        return other

    def index(self, key: int) -> Index:
        """Take one event; a function that comes back to a line begins a new round of whatever lies between."""
        sites = self.sites
        self.depth += sites.depth[key]
        depth = self.depth if sites.recursive[key] else 0
        name, line = (sites.function[key], depth), sites.rank[key]
        frame = self.frames.get(name)
        if frame is None:
            self.frames[name] = Frame(line, {key}, [0] * sites.lines[key])
            return key, 0, depth
        if line > frame.line:
            frame.line, frame.here = line, {key}
        elif line < frame.line or key in frame.here:
            # Rounds are chained: the third inner round of the second outer one differs from the third of the first.
            again = hash((line, frame.rounds[line]))
            frame.rounds[line : frame.line + 1] = [again] * (frame.line + 1 - line)
            frame.line, frame.here = line, {key}
        else:
            frame.here.add(key)
        return key, frame.rounds[line], depth


@dataclass(slots=True)
class _Ahead:
    """What one side looks like from the parting on, as far as it was walked."""

    side: Side
    start: int
    scout: Scout
    indices: dict[Index, int] = field(default_factory=dict)
    grams: dict[Index, list[int]] = field(default_factory=dict)

    def gram(self, step: int) -> Index:
        return tuple(self.side.keys[self.start + step : self.start + step + GRAM])


class Rejoining:
    """Finds meetings, and keeps the looking ahead linear in the number of events.

    Args:
        sites: of both runs.
        left, right: the sides.
    """

    def __init__(self, sites: Sites, left: Side, right: Side) -> None:
        self.sites, self.left, self.right = sites, left, right
        self.unspent = 4 * (len(left) + len(right))

    def skip(self, i: int, j: int) -> tuple[int, int]:
        """Return how far each side has to be skipped from here; to both ends if they never meet."""
        search = _Search(self.sites, self.left, self.right, i, j)
        meeting = search.run(max(PATIENCE, self.unspent // SHARE))
        self.unspent = max(0, self.unspent - 2 * search.walked)
        if meeting is None:
            return len(self.left) - i, len(self.right) - j
        di, dj = meeting.left, meeting.right
        while di and dj and self.left.keys[i + di - 1] == self.right.keys[j + dj - 1]:
            di, dj = di - 1, dj - 1
        return di, dj


class _Search:
    def __init__(self, sites: Sites, left: Side, right: Side, i: int, j: int) -> None:
        history = Scout(sites)
        for key in left.keys[max(0, i - HISTORY) : i]:
            history.index(key)
        self.sites = sites
        self.left, self.right = _Ahead(left, i, history.twin()), _Ahead(right, j, history.twin())
        self.function = sites.function[left.keys[i - 1]] if i else -1
        self.indexed: Meeting | None = None
        self.exact: Meeting | None = None
        self.similar: Meeting | None = None
        self.walked = 0

    def run(self, patience: int) -> Meeting | None:
        """Walk until no nearer meeting can come."""
        most = max(len(self.left.side) - self.left.start, len(self.right.side) - self.right.start)
        while self.walked < most and not self._enough(patience):
            self._step(self.left, self.right, self.walked)
            self._step(self.right, self.left, self.walked)
            self.walked += 1
        if self.exact is not None and not (self.indexed is not None and self._same_values(self.indexed.left, self.indexed.right)):
            return self.exact
        return self.indexed or self.similar

    def _enough(self, patience: int) -> bool:
        if self.indexed is not None:
            return self.walked > 2 * self.indexed.distance + GRAM
        return self.similar is not None and self.walked > 2 * self.similar.distance + patience

    def _step(self, own: _Ahead, other: _Ahead, step: int) -> None:
        place = own.start + step
        if place >= len(own.side):
            return
        index, gram = own.scout.index(own.side.keys[place]), own.gram(step)
        if own.indices.setdefault(index, step) == step and index in other.indices:
            self._meet_by_index(own, index, step, other.indices[index])
        places = own.grams.setdefault(gram, [])
        if len(places) < KEPT:
            places.append(step)
            for there in other.grams.get(gram, ()):
                self._meet_by_gram(own, gram, step, there)

    def _meet_by_index(self, own: _Ahead, index: Index, step: int, there: int) -> None:
        """A site of the function that parted is the same moment; one of another function may be a helper that both sides happen to call."""
        left, right = (step, there) if own is self.left else (there, step)
        if self.sites.function[index[0]] == self.function or self.left.gram(left) == self.right.gram(right):
            self.indexed = _nearer(self.indexed, Meeting(left + right, index, left, right))

    def _meet_by_gram(self, own: _Ahead, gram: Index, step: int, there: int) -> None:
        left, right = (step, there) if own is self.left else (there, step)
        meeting = Meeting(left + right, gram, left, right)
        self.similar = _nearer(self.similar, meeting)
        if (self.exact is None or meeting < self.exact) and self._same_values(left, right):
            self.exact = meeting

    def _same_values(self, left: int, right: int) -> bool:
        i, j = self.left.start + left, self.right.start + right
        ours, theirs = self.left.side, self.right.side
        return ours.keys[i : i + PROOF] == theirs.keys[j : j + PROOF] and ours.literals[i : i + PROOF] == theirs.literals[j : j + PROOF]


def _nearer(known: Meeting | None, new: Meeting) -> Meeting:
    return new if known is None or new < known else known
