import asyncio
import hashlib


def render(order):
    return f"{order}:{hashlib.sha256(order.encode() * 2000).hexdigest()[:6]}"


def charge(order):
    return hashlib.md5(order.encode() * 300_000).hexdigest()


class Desk:
    def __init__(self):
        self.trail = []

    async def place(self, order):
        audit = asyncio.create_task(self._audit(order))
        receipt = await asyncio.to_thread(charge, order)
        await audit
        return receipt

    async def _audit(self, order):
        line = await asyncio.to_thread(render, order)
        self.trail.append(line)
