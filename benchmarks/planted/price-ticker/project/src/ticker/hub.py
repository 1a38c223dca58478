from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator

from ticker.audit import Audit
from ticker.feed import Feed, Tick


class Hub:
    def __init__(self, audit: Audit):
        self.audit = audit
        self.last: dict[str, float] = {}
        self._feeds: dict[str, Feed] = {}

    def __len__(self) -> int:
        return len(self._feeds)

    @contextmanager
    def feed(self, viewer: str, *symbols: str) -> Iterator[Feed]:
        if viewer in self._feeds:
            raise ValueError(f"{viewer} is connected already")
        self._feeds[viewer] = Feed(viewer, frozenset(symbols))
        try:
            yield self._feeds[viewer]
        finally:
            del self._feeds[viewer]

    async def publish(self, tick: Tick) -> int:
        self.last[tick.symbol] = tick.price
        count = 0
        for viewer, feed in self._feeds.items():
            if feed.wants(tick):
                await self.audit.record(viewer, tick)
                feed.push(tick)
                count += 1
        return count
