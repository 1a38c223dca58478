import asyncio
import random
from dataclasses import dataclass, field


@dataclass(eq=False)
class Guest:
    name: str
    inbox: list = field(default_factory=list)
    lag: float = 1.0

    async def receive(self, text):
        await asyncio.sleep(random.uniform(0.002, 0.009) * self.lag)
        self.inbox.append(text)


class Room:
    def __init__(self):
        self.guests = []
        self._mail = asyncio.Queue()
        self._courier = None

    async def __aenter__(self):
        self._courier = asyncio.create_task(self._deliver())
        return self

    async def __aexit__(self, *exc):
        self._courier.cancel()
        await asyncio.gather(self._courier, return_exceptions=True)

    def enter(self, *guests):
        self.guests.extend(guests)

    def say(self, speaker, text):
        for guest in self.guests:
            if guest is not speaker:
                self._mail.put_nowait((guest, f"<{speaker.name}> {text}"))

    async def _deliver(self):
        while True:
            guest, text = await self._mail.get()
            await guest.receive(text)
            self._mail.task_done()

    async def quiet(self):
        await self._mail.join()
