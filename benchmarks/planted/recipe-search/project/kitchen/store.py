import asyncio
import random


class Shelf:
    """Key-value store behind a (pretended) network hop."""

    def __init__(self, hop=(0.001, 0.007)):
        self._rows = {}
        self._hop = hop
        self.trips = 0

    async def _travel(self):
        self.trips += 1
        await asyncio.sleep(random.uniform(*self._hop))

    async def put(self, key, value):
        await self._travel()
        self._rows[key] = value

    async def get(self, key, default=None):
        await self._travel()
        return self._rows.get(key, default)
