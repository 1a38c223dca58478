import secrets
from dataclasses import dataclass, field
from datetime import datetime, timezone


def new_pin():
    return f"{secrets.randbelow(1000)}"  # CAUSE


@dataclass
class Badge:
    holder: str
    pin: str = field(default_factory=new_pin)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(12), repr=False)
    created: datetime = field(default_factory=lambda: datetime.now(timezone.utc))


class Door:
    def __init__(self):
        self._badges = {}

    def admit(self, badge):
        if len(badge.pin) != 3:
            raise ValueError(f"the keypad takes 3 digits, not {badge.pin!r}")
        self._badges[badge.token] = badge

    def __len__(self):
        return len(self._badges)
