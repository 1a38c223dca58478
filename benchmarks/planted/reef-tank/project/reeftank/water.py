from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Tank:
    litres: int
    temperature: float = 25.0
    ph: float = 8.2

    def feed(self, grams: float) -> None:
        self.ph = round(self.ph - grams / self.litres, 3)
