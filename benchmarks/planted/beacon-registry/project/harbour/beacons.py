import random
import time


class Registry(dict):
    def enroll(self, beacon):
        self[beacon.name] = beacon
        return len(self)

    def snapshot(self):
        return [self[name] for name in sorted(self.copy())]


def calibrate(colour):
    time.sleep(random.uniform(0.001, 0.003))
    return {"red": 625, "green": 525, "white": 0}[colour]


class Beacon:
    def __init__(self, name, colour, registry):
        self.name = name
        self.number = registry.enroll(self)
        self.light = calibrate(colour)

    def status(self):
        return f"{self.number}:{self.name}@{self.light}"
