import unittest

from lobby.room import Guest, Room
from support import eventually


class LobbyTest(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.host = Guest("host")
        self.others = [Guest(name) for name in ("ann", "bob", "cyd")]

    async def test_speaker_hears_nothing(self):
        async with Room() as room:
            room.enter(self.host)
            room.say(self.host, "anyone?")
            await room.quiet()
        self.assertEqual(self.host.inbox, [])

    async def test_whisper_between_two(self):
        async with Room() as room:
            room.enter(self.host, self.others[0])
            room.say(self.host, "psst")
            await room.quiet()
        self.assertEqual(self.others[0].inbox, ["<host> psst"])

    async def test_greeting_reaches_every_guest(self):
        async with Room() as room:
            room.enter(self.host, *self.others)
            room.say(self.host, "hello")
            await eventually(lambda: all(guest.inbox for guest in self.others))
            received = {guest.name: len(guest.inbox) for guest in self.others}
        self.assertEqual(received, {"ann": 1, "bob": 1, "cyd": 1})
