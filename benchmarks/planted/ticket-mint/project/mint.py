"""Ticket numbers: hour of the fair, counter desk, running number."""
import os
import threading
from dataclasses import dataclass

DESKS = 64


def default_desk():
    return os.getpid() % DESKS


@dataclass(frozen=True, order=True)
class Ticket:
    hour: int
    desk: int
    serial: int

    def __str__(self):
        return f"{self.hour:02}{self.desk}{self.serial:04}"

    @classmethod
    def read(cls, text):
        return cls(int(text[:2]), int(text[2:4]), int(text[4:]))


class Mint:
    def __init__(self, clock, desk=None):
        self._clock = clock
        self._desk = default_desk() if desk is None else desk
        self._serial = 0
        self._lock = threading.Lock()

    def issue(self):
        with self._lock:
            self._serial += 1
            return Ticket(self._clock() % 24, self._desk, self._serial)
