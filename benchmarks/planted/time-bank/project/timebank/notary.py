import asyncio
import random
import uuid


class Notary:
    def __init__(self):
        self.deeds = {}

    async def seal(self, *parties):
        deed = uuid.uuid4().hex[:8]
        await asyncio.sleep(random.uniform(0.001, 0.003))
        self.deeds[deed] = parties
        return deed
