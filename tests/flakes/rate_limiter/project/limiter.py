import asyncio
import time


class Limiter:
    def __init__(self, slots):
        self.slots = asyncio.Semaphore(slots)
        self.active = 0
        self.peak = 0
        self.log = []

    async def run(self, name):
        async with self.slots:
            self.active += 1
            self.peak = max(self.peak, self.active)
            await asyncio.sleep(0.001)
            self.log.append((time.perf_counter(), name))
            self.active -= 1
