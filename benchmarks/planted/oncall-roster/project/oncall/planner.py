from __future__ import annotations

from collections import Counter
from typing import Iterable

from oncall.calendar import Shift
from oncall.team import Team


class Unstaffed(Exception):
    pass


class Planner:
    """Gives every shift to the qualified engineer with the least work so far."""

    def __init__(self, team: Team):
        self.team = team
        self.load: Counter[str] = Counter()

    def assign(self, shift: Shift, taken: set[str]) -> str:
        ranked = sorted(self.team.qualified(shift.skill, shift.day) - taken, key=lambda name: self.load[name])
        if not ranked:
            raise Unstaffed(f"nobody for {shift.skill} on {shift.day}")
        self.load[ranked[0]] += shift.weight
        return ranked[0]

    def plan(self, shifts: Iterable[Shift]) -> dict[Shift, str]:
        result: dict[Shift, str] = {}
        for shift in shifts:
            taken = {name for other, name in result.items() if other.day == shift.day}
            result[shift] = self.assign(shift, taken)
        return result

    def spread(self) -> int:
        loads = [self.load[name] for name in self.team.members]
        return max(loads) - min(loads)
