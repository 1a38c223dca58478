from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Tick:
    symbol: str
    price: float
    at: float = field(default_factory=time.time, compare=False)


class Feed:
    """What one viewer has subscribed to."""

    def __init__(self, viewer: str, symbols: frozenset[str] = frozenset()):
        self.viewer = viewer
        self.symbols = symbols
        self._queue: asyncio.Queue[Tick] = asyncio.Queue()

    def wants(self, tick: Tick) -> bool:
        return not self.symbols or tick.symbol in self.symbols

    def push(self, tick: Tick) -> None:
        self._queue.put_nowait(tick)

    async def next(self) -> Tick:
        return await self._queue.get()

    def pending(self) -> list[Tick]:
        return [self._queue.get_nowait() for _ in range(self._queue.qsize())]
