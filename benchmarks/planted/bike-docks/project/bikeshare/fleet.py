from __future__ import annotations

from dataclasses import replace

from bikeshare.model import DockFull, Fare, Ride
from bikeshare.registry import Registry


class Fleet:
    def __init__(self, registry: Registry):
        self.registry = registry
        self.riding: dict[str, Ride] = {}
        self.income = 0

    async def unlock(self, rider: str, dock_name: str) -> Ride:
        dock = await self.registry.load(dock_name)
        if not dock.bikes:
            raise LookupError(f"no bike at {dock_name}")
        await self.registry.save(replace(dock, bikes=dock.bikes - 1))
        self.riding[rider] = ride = Ride(rider)
        return ride

    async def lock(self, rider: str, dock_name: str) -> Fare:
        dock = await self.registry.load(dock_name)
        if not dock.free:
            raise DockFull(dock_name)
        fare = self.riding.pop(rider).fare()
        self.income += fare
        await self.registry.save(replace(dock, bikes=dock.bikes + 1))
        return fare

    async def total(self) -> int:
        docks = [await self.registry.load(name) for name in await self.registry.names()]
        return sum(dock.bikes for dock in docks)
