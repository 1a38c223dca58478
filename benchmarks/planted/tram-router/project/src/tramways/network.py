from __future__ import annotations

from collections import defaultdict
from typing import Iterable, Iterator

from tramways.trip import Leg


class Network:
    def __init__(self) -> None:
        self.lines: dict[str, list[str]] = {}
        self._hops: dict[str, set[tuple[str, str, int]]] = defaultdict(set)

    @classmethod
    def parse(cls, text: str) -> Network:
        """One line each: ``7: Depot 3 Market 2 Harbour``."""
        network = cls()
        for row in filter(None, map(str.strip, text.splitlines())):
            line, _, rest = row.partition(":")
            words = rest.split()
            network.add_line(line, words[::2], [int(word) for word in words[1::2]])
        return network

    def add_line(self, line: str, stops: list[str], minutes: Iterable[int]) -> None:
        self.lines[line] = stops
        for here, there, took in zip(stops, stops[1:], minutes):
            self._hops[here].add((line, there, took))
            self._hops[there].add((line, here, took))

    def legs(self, stop: str) -> Iterator[Leg]:
        for line, there, took in self._hops[stop]:
            yield Leg(line, stop, there, took)

    def stops(self) -> set[str]:
        return {stop for stops in self.lines.values() for stop in stops}
