from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Iterable


@dataclass(frozen=True)
class Engineer:
    name: str
    skills: tuple[str, ...]
    away: tuple[str, ...] = ()


@dataclass
class Team:
    members: dict[str, Engineer] = field(default_factory=dict)
    by_skill: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, engineers: Iterable[Engineer]) -> Team:
        team = cls()
        for engineer in engineers:
            team.join(engineer)
        return team

    def join(self, engineer: Engineer) -> None:
        self.members[engineer.name] = engineer
        for skill in engineer.skills:
            self.by_skill[skill].add(engineer.name)

    def leave(self, name: str) -> None:
        for skill in self.members.pop(name).skills:
            self.by_skill[skill].discard(name)

    def qualified(self, skill: str, day: str) -> set[str]:
        return {name for name in self.by_skill[skill] if day not in self.members[name].away}
