from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4


def short_code(value: UUID) -> str:
    """Four characters, so that it can be typed at the door."""
    return value.hex[:4].upper()


@dataclass(frozen=True)
class Guest:
    name: str
    diet: str = "any"
    plus_one: bool = False

    @property
    def seats(self) -> int:
        return 2 if self.plus_one else 1


@dataclass
class Invitation:
    guest: Guest
    table: int
    id: UUID = field(default_factory=uuid4)
    arrived_at: datetime | None = None

    @property
    def code(self) -> str:
        return short_code(self.id)
