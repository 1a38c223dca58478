from __future__ import annotations

import itertools
import threading
import weakref
from dataclasses import dataclass, field


@dataclass(eq=False)
class Room:
    number: int
    stay: Stay | None = None


@dataclass(eq=False)
class Stay:
    guest: str
    room: Room
    extras: list[tuple[str, int]] = field(default_factory=list)

    def bill(self, rate=80):
        return rate + sum(price for _, price in self.extras)


class Hotel:
    def __init__(self, rooms):
        self._rooms = [Room(number) for number in range(1, rooms + 1)]
        self._stays: weakref.WeakValueDictionary[str, Stay] = weakref.WeakValueDictionary()

    def check_in(self, guest):
        room = next(room for room in self._rooms if room.stay is None)
        room.stay = Stay(guest, room)
        self._stays[guest] = room.stay
        return room.stay

    def check_out(self, guest):
        stay = self._stays[guest]
        index = stay.room.number - 1
        self._rooms[index] = Room(stay.room.number)
        return stay.bill()

    def in_house(self):
        return sorted(self._stays)


class NightAudit:
    """Books the breakfast orders of the day while the desk stays open."""

    def __init__(self):
        self.ledger = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._book, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exc):
        self._stop.set()
        self._thread.join()

    def _book(self):
        for page in itertools.count():
            self.ledger.append([{"page": page, "rows": [line]} for line in range(20)])
            if self._stop.wait(0.0004):
                return
