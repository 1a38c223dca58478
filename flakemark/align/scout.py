"""Execution indices, relative to where two sides parted.

An index says where in the program an event took place: the site, which round of the loops around it, and how deep in a recursion.
There are no events for entering and leaving functions and loops, so that both are read off what there is: a function that comes
back to a line is in another round of the loop around it, or was begun anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from flakemark.align.structure import ANYTHING, Sites

Index = tuple[int, int, int]  # site, round, depth
Calls = set[tuple[int, int]]  # functions: caller, called


@dataclass(slots=True)
class Frame:
    """Where one function stands.

    Attributes:
        function: its number.
        key: the site that it reached last.
        here: the sites that it met on the line of that one.
        base: the round in which it was called.
        rounds: per loop, the round of what is around it and its own round. They are chained: the third inner round of the second
            outer one differs from the third of the first.
        now: the round of the last event.
    """

    function: int
    key: int
    here: set[int]
    base: int = 0
    rounds: dict[int, tuple[int, int]] = field(default_factory=dict)
    now: int = 0

    def enter(self, loops: Iterable[int]) -> int:
        """Return the round inside of some loops, outermost first; a loop whose surroundings went on begins with its first round."""
        around = self.base
        for loop in loops:
            known = self.rounds.get(loop)
            if known is None or known[0] != around:
                known = self.rounds[loop] = around, hash((3, around))
            around = known[1]
        return around

    def begin(self, caller: int) -> None:
        """Start anew, in a round of the caller."""
        self.base = hash((1, caller))

    def go_round(self, loops: tuple[int, ...]) -> None:
        """Begin another round of the innermost of some loops; outside of any, the function was called again."""
        if not loops:
            self.begin(self.base)
            return
        around = self.enter(loops[:-1])
        self.rounds[loops[-1]] = around, hash((2, self.enter(loops)))


class Scout:
    """Walks along one side and gives each event its index.

    Args:
        sites: of both runs.
        calls: which functions are known to call which.
    """

    def __init__(self, sites: Sites, calls: Calls) -> None:
        self.sites, self.calls = sites, calls
        self.depth = 0
        self.frames: dict[tuple[int, int], Frame] = {}
        self.last: Frame | None = None

    def twin(self) -> Scout:
        """Return a scout that stands where this one does, and counts rounds and depth from here."""
        other = Scout(self.sites, self.calls)
        for (function, depth), frame in self.frames.items():
            relative = depth - self.depth if self.sites.recursive[frame.key] else 0
            copied = other.frames[function, relative] = Frame(function, frame.key, set(frame.here))
            if frame is self.last:
                other.last = copied
        return other

    def index(self, key: int) -> Index:
        """Take one event."""
        sites = self.sites
        function, depth = sites.function[key], 0
        if sites.recursive[key]:
            depth = self.depth = self.depth + sites.depth[key]
        frame = self.frames.get((function, depth))
        if frame is None:
            frame = self.frames[function, depth] = Frame(function, key, set())
            self._begin(frame, key, depth)
        elif sites.depth[key] == 1:
            self._begin(frame, key, depth)
        else:
            ahead = sites.rank[key] - sites.rank[frame.key]
            if ahead < 0 or (ahead == 0 and key in frame.here):
                self._come_back(frame, key)
                frame.here = set()
            elif ahead:
                frame.here = set()
        frame.here.add(key)
        frame.key = key
        loops = sites.loops[key]
        frame.now = frame.enter(loops) if loops else frame.base
        self.last = frame
        return key, frame.now, depth

    def _begin(self, frame: Frame, key: int, depth: int) -> None:
        frame.here = set()
        caller = self.frames.get((frame.function, depth - 1), self.last) if self.sites.depth[key] == 1 else self.last
        if caller is not None and (frame.function, caller.function) not in self.calls:
            frame.begin(caller.now)

    def _come_back(self, frame: Frame, key: int) -> None:
        """Begin another round, unless somebody else called the function: the event before is none of its own, nor of what it calls."""
        last = self.last
        if last is None or last is frame or (frame.function, last.function) in self.calls:
            frame.go_round(_shared(self.sites.loops[frame.key], self.sites.loops[key]))
        else:
            frame.begin(last.now)


def _shared(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(mine for mine, yours in zip(one, other, strict=False) if mine == yours)


def known_calls(sites: Sites, pairs: Iterable[tuple[int, int]]) -> Calls:
    """Return which functions call which: the result of a call follows the last event of what was called.

    Args:
        sites: of both runs.
        pairs: sites whose events followed each other.
    """
    return {
        (sites.function[after], sites.function[before])
        for before, after in pairs
        if sites.function[before] != sites.function[after] and sites.callee[after] in (sites.name[before], ANYTHING)
    }
