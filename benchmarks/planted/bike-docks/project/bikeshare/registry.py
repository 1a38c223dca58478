from __future__ import annotations

import asyncio
import random

from bikeshare.model import Dock


class Registry:
    """Where the docks are kept. In memory here, with the delays of the real one."""

    def __init__(self, *docks: Dock, delay: tuple[float, float] = (0.001, 0.004)):
        self._docks = {dock.name: dock for dock in docks}
        self.delay = delay
        self.requests = 0

    async def _travel(self) -> None:
        self.requests += 1
        await asyncio.sleep(random.uniform(*self.delay))

    async def load(self, name: str) -> Dock:
        await self._travel()
        return self._docks[name]

    async def save(self, dock: Dock) -> None:
        await self._travel()
        self._docks[dock.name] = dock

    async def names(self) -> list[str]:
        await self._travel()
        return sorted(self._docks)
