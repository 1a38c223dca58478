from __future__ import annotations

import threading
from collections.abc import Iterable

from turnstile.tickets import Ticket


class Tally:
    """How many people went through each gate, and which tickets were refused."""

    def __init__(self, capacity: int | None = None):
        self.capacity = capacity
        self._inside: dict[str, int] = {}
        self._used: set[str] = set()
        self._refused: list[str] = []
        self._lock = threading.Lock()

    @property
    def total(self) -> int:
        return sum(self._inside.values())

    @property
    def refused(self) -> list[str]:
        with self._lock:
            return sorted(self._refused)

    def at(self, gate: str) -> int:
        return self._inside.get(gate, 0)

    def _refuse(self, ticket: Ticket) -> bool:
        with self._lock:
            self._refused.append(ticket.code)
        return False

    def admit(self, ticket: Ticket) -> bool:
        with self._lock:
            if ticket.code in self._used:
                known = True
            else:
                known = False
                self._used.add(ticket.code)
        if known:
            return self._refuse(ticket)
        inside = self.at(ticket.gate)
        self._inside[ticket.gate] = inside + ticket.persons()
        return True

    def admit_all(self, tickets: Iterable[Ticket]) -> int:
        return sum(self.admit(ticket) for ticket in tickets)
