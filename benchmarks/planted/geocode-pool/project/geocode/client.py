from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterable, Protocol

from geocode.pool import Pool


class UpstreamError(Exception):
    pass


class Connection(Protocol):
    def query(self, address: str) -> list[dict[str, Any]]: ...


@dataclass(frozen=True)
class Location:
    lat: float
    lon: float
    confidence: float = 1.0


class Geocoder:
    def __init__(self, pool: Pool[Connection], threshold: float = 0.5):
        self._pool = pool
        self._threshold = threshold
        self._cache: dict[str, Location | None] = {}

    def locate(self, address: str) -> Location | None:
        key = " ".join(address.lower().split())
        if key not in self._cache:
            connection = self._pool.acquire()
            hits = connection.query(key)
            self._pool.release(connection)
            self._cache[key] = self._best(hits)
        return self._cache[key]

    def _best(self, hits: list[dict[str, Any]]) -> Location | None:
        locations = [Location(**hit) for hit in hits]
        good = [loc for loc in locations if loc.confidence >= self._threshold]
        return max(good, key=lambda loc: loc.confidence, default=None)

    def locate_all(self, addresses: Iterable[str]) -> tuple[dict[str, Location], list[str]]:
        """Locations by address, and the addresses that should be tried again later."""
        found: dict[str, Location] = {}
        retry: list[str] = []
        for address in addresses:
            try:
                location = self.locate(address)
            except UpstreamError:
                retry.append(address)
                continue
            if location is not None:
                found[address] = location
        return found, retry
