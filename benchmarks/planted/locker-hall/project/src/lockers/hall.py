from __future__ import annotations

import itertools
import secrets
import threading
from dataclasses import dataclass, field

from lockers.badges import BadgeOffice


class HallFull(Exception):
    pass


@dataclass
class Locker:
    number: int
    size: str = "M"
    holder: str | None = None
    pin: str = field(default="", repr=False)


class Hall:
    def __init__(self, office: BadgeOffice, sizes: str):
        self.office = office
        self.lockers = [Locker(number, size) for number, size in enumerate(sizes, start=1)]
        self.journal: list[tuple[int, str, int]] = []
        self._entry = itertools.count(1)
        self._lock = threading.Lock()

    def free(self, size: str) -> list[Locker]:
        return [locker for locker in self.lockers if locker.size == size and locker.holder is None]

    def rent(self, badge: str, size: str = "M") -> Locker:
        candidates = self.free(size)
        if not candidates:
            raise HallFull(size)
        locker = candidates[0]
        locker.holder = self.office.holder(badge)
        locker.pin = f"{secrets.randbelow(10_000):04}"
        self._note("rent", locker)
        return locker

    def give_back(self, locker: Locker, pin: str) -> None:
        if pin != locker.pin:
            raise PermissionError(f"wrong pin for locker {locker.number}")
        locker.holder, locker.pin = None, ""
        self._note("back", locker)

    def _note(self, action: str, locker: Locker) -> None:
        with self._lock:
            self.journal.append((next(self._entry), action, locker.number))
