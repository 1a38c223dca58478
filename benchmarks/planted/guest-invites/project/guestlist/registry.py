from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Iterable

from guestlist.models import Guest, Invitation


class UnknownCode(LookupError):
    pass


class AlreadyArrived(ValueError):
    pass


class Registry:
    def __init__(self, seats_per_table: int = 8):
        self.seats_per_table = seats_per_table
        self._invitations: dict[str, Invitation] = {}
        self._seated: Counter[int] = Counter()

    def __len__(self) -> int:
        return len(self._invitations)

    def _table_for(self, guest: Guest) -> int:
        table = 1
        while self._seated[table] + guest.seats > self.seats_per_table:
            table += 1
        return table

    def invite(self, guest: Guest) -> Invitation:
        invitation = Invitation(guest, self._table_for(guest))
        self._seated[invitation.table] += guest.seats
        self._invitations[invitation.code] = invitation
        return invitation

    def invite_all(self, guests: Iterable[Guest]) -> list[Invitation]:
        return [self.invite(guest) for guest in guests]

    def check_in(self, code: str) -> Invitation:
        try:
            invitation = self._invitations[code.strip().upper()]
        except KeyError:
            raise UnknownCode(code) from None
        if invitation.arrived_at is not None:
            raise AlreadyArrived(invitation.guest.name)
        invitation.arrived_at = datetime.now()
        return invitation

    def expected(self) -> list[str]:
        return sorted(i.guest.name for i in self._invitations.values() if i.arrived_at is None)

    def diets(self) -> dict[str, int]:
        counts: Counter[str] = Counter()
        for invitation in self._invitations.values():
            counts[invitation.guest.diet] += invitation.guest.seats
        return dict(counts)
