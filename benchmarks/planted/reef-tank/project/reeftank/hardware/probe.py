"""Simulated probes with the spread given in their data sheets."""
from __future__ import annotations

import random
from typing import Callable


class Probe:
    spread = 0.0
    ripple = 0.0

    def __init__(self, source: Callable[[], float], rng: random.Random | None = None):
        self.source = source
        self.rng = rng or random.Random()
        self.offset = self.rng.uniform(-self.spread, self.spread)

    def read(self) -> float:
        ripple = self.rng.uniform(-self.ripple, self.ripple)
        return round(self.source() + self.offset + ripple, 3)


class Thermistor(Probe):
    spread = 0.35
    ripple = 0.25


class PhElectrode(Probe):
    spread = 0.05
    ripple = 0.02


def build(kind: str, source: Callable[[], float]) -> Probe:
    return {"temperature": Thermistor, "ph": PhElectrode}[kind](source)
