from __future__ import annotations

import random
import time
from typing import Protocol

from vetclinic.store import Visit, VisitStore


class Printer(Protocol):
    def label(self, text: str) -> None: ...


class Desk:
    def __init__(self, store: VisitStore, printer: Printer):
        self.store = store
        self.printer = printer
        self.waiting: list[tuple[int, str]] = []
        self.busy_for = 0.0

    def check_in(self, chip: str, reason: str, weight: float | None = None) -> Visit:
        started = time.perf_counter()
        visit = Visit.now(chip, reason, weight)
        self.store.add(visit)
        self.printer.label(f"{chip} {reason}")
        self.waiting.append((random.randint(100, 999), chip))
        self.busy_for += time.perf_counter() - started
        return visit

    def last_reason(self, chip: str) -> str | None:
        visits = self.store.history(chip, limit=1)
        return visits[0].reason if visits else None

    def weight_trend(self, chip: str) -> float:
        weights = [visit.weight for visit in self.store.history(chip) if visit.weight]
        return round(max(weights) - min(weights), 2) if weights else 0.0
