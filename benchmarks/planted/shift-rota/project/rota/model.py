import enum
from collections import Counter
from datetime import date, timedelta


class Skill(enum.Enum):
    TRIAGE = "triage"
    SURGERY = "surgery"
    PHARMACY = "pharmacy"
    TRANSPORT = "transport"


class Rota:
    def __init__(self, start: date):
        self.start = start
        self.shifts: list[tuple[date, Skill, str]] = []

    def assign(self, day: int, skill: Skill, person: str):
        self.shifts.append((self.start + timedelta(days=day), skill, person))
        return self

    def load(self) -> Counter:
        return Counter(skill for _, skill, _ in self.shifts)

    def uncovered(self) -> frozenset:
        return frozenset(Skill) - self.load().keys()

    def most_urgent(self, demand: dict) -> Skill:
        load = self.load()
        return max(frozenset(demand), key=lambda skill: demand[skill] - load[skill])
