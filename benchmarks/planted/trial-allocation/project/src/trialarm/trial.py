from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timezone

from .schedule import BlockSchedule, imbalance


@dataclass(frozen=True)
class Participant:
    number: str
    arm: str
    enrolled: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    pseudonym: str = field(default_factory=lambda: uuid.uuid4().hex[:12])


class Site:
    def __init__(self, code: str, schedule: BlockSchedule):
        self.code = code
        self.schedule = schedule
        self.participants: list[Participant] = []

    def enrol(self) -> Participant:
        number = f"{self.code}-{len(self.participants) + 1:03d}"
        participant = Participant(number, self.schedule.allocate())
        self.participants.append(participant)
        return participant


class Trial:
    def __init__(self, name: str, arms: tuple[str, ...] = ("active", "placebo"), block_size: int = 4):
        self.name = name
        self.arms = arms
        self.block_size = block_size
        self.sites: dict[str, Site] = {}

    def open_site(self, code: str) -> Site:
        if code in self.sites:
            raise KeyError(f"{code} is open already")
        site = Site(code, BlockSchedule(self.arms, self.block_size))
        self.sites[code] = site
        return site

    def pseudonyms(self) -> set[str]:
        return {p.pseudonym for site in self.sites.values() for p in site.participants}

    def imbalance(self) -> int:
        arms = [p.arm for site in self.sites.values() for p in site.participants]
        return imbalance(arms, self.arms)
