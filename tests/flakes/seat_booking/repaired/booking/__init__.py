import asyncio
import hashlib


def sign(seat, name):
    return hashlib.sha256(f"{seat}:{name}".encode() * 3_000).hexdigest()


class Hall:
    def __init__(self):
        self.seats = {}
        self.refused = []

    async def book(self, seat, name):
        if seat in self.seats:
            self.refused.append(name)
            return None
        self.seats[seat] = name
        return await asyncio.to_thread(sign, seat, name)
