from __future__ import annotations

import random

from reeftank.alarms import Alarm, Guard
from reeftank.hardware.probe import build
from reeftank.water import Tank

BANDS = {"temperature": (24.6, 25.4), "ph": (7.9, 8.4)}


class Controller:
    def __init__(self, tank: Tank):
        self.tank = tank
        self.alarms: list[Alarm] = []
        self.log: list[dict[str, float]] = []
        self.probes = {
            quantity: build(quantity, lambda name=quantity: getattr(tank, name)) for quantity in BANDS
        }
        self.guards = {quantity: Guard(quantity, *band) for quantity, band in BANDS.items()}

    def step(self, hour: int) -> None:
        values = {quantity: probe.read() for quantity, probe in self.probes.items()}
        self.log.append(values)
        for quantity, value in values.items():
            if alarm := self.guards[quantity].check(value, hour):
                self.alarms.append(alarm)

    def night(self, hours: int = 8) -> None:
        for hour in range(hours):
            self.step(hour)

    def feeding_plan(self, meals: int) -> list[int]:
        return sorted(random.sample(range(8, 20), meals))
