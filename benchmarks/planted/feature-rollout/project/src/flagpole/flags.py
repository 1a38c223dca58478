from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Iterable, Iterator

from flagpole.rollout import Rollout


@dataclass
class Flag:
    name: str
    rollout: Rollout
    changed: datetime = field(default_factory=lambda: datetime.now(timezone.utc), compare=False)

    def enabled(self, user: str) -> bool:
        return self.rollout.includes(self.name, user)


class FlagSet:
    def __init__(self, flags: Iterable[Flag] = ()):
        self._flags = {flag.name: flag for flag in flags}

    def __iter__(self) -> Iterator[Flag]:
        return iter(self._flags.values())

    def raise_to(self, name: str, percent: float) -> None:
        flag = self._flags[name]
        if percent < flag.rollout.percent:
            raise ValueError(f"{name} is at {flag.rollout.percent}% already")
        self._flags[name] = Flag(name, Rollout(percent, flag.rollout.always, flag.rollout.never))

    def audience(self, name: str, users: Iterable[str]) -> set[str]:
        return {user for user in users if self._flags[name].enabled(user)}

    def for_user(self, user: str) -> list[str]:
        return sorted(flag.name for flag in self if flag.enabled(user))
