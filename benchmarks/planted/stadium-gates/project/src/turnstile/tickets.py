from __future__ import annotations

import random
from dataclasses import dataclass

PERSONS = {"single": 1, "couple": 2, "family": 4}


@dataclass(frozen=True)
class Ticket:
    code: str
    kind: str = "single"
    gate: str = "A"

    def persons(self) -> int:
        return PERSONS[self.kind]


def season_batch(count: int, gates: str = "ABCD", rng: random.Random | None = None) -> list[Ticket]:
    rng = rng or random.Random()
    kinds = list(PERSONS)
    return [
        Ticket(f"S{number:05d}", rng.choice(kinds), gates[number % len(gates)])
        for number in range(count)
    ]
