import asyncio
import random
import unittest

from bikeshare import Dock, DockFull, Fleet, Registry


class FleetTest(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.registry = Registry(Dock("Quay", 12, bikes=4), Dock("Mill", 6, bikes=1), Dock("Gate", 1, bikes=1))
        self.fleet = Fleet(self.registry)

    async def trip(self, rider, start, end, minutes):
        """A trip, with a minute as long as a millisecond."""
        ride = await self.fleet.unlock(rider, start)
        await asyncio.sleep(minutes / 1000)
        await self.fleet.lock(rider, end)
        return ride.number

    async def test_unlock(self):
        await self.fleet.unlock("noor", "Mill")
        self.assertEqual((await self.registry.load("Mill")).bikes, 0)
        self.assertEqual(await self.fleet.total(), 5)

    async def test_no_bike_left(self):
        await self.fleet.unlock("noor", "Mill")
        with self.assertRaises(LookupError):
            await self.fleet.unlock("lev", "Mill")

    async def test_dock_full(self):
        await self.fleet.unlock("noor", "Quay")
        with self.assertRaises(DockFull):
            await self.fleet.lock("noor", "Gate")

    async def test_one_trip(self):
        await self.trip("noor", "Quay", "Mill", minutes=4)
        self.assertEqual((await self.registry.load("Mill")).bikes, 2)
        self.assertEqual(self.fleet.income, 0)

    async def test_trips_of_a_family(self):
        for rider in ("noor", "lev", "ida"):
            await self.trip(rider, "Quay", "Mill", minutes=random.randint(1, 5))
        self.assertEqual((await self.registry.load("Mill")).bikes, 4)
        self.assertEqual(await self.fleet.total(), 6)

    async def test_commuters(self):
        await self.fleet.unlock("noor", "Quay")
        await self.fleet.unlock("lev", "Quay")
        arrivals = [asyncio.create_task(self.arrive(rider, "Mill")) for rider in ("noor", "lev")]
        await asyncio.gather(*arrivals)
        self.assertEqual(self.fleet.riding, {})
        self.assertEqual(await self.fleet.total(), 6)

    async def arrive(self, rider, dock):
        await asyncio.sleep(random.uniform(0, 0.06))
        return await self.fleet.lock(rider, dock)
