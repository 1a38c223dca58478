import random

import pytest


class Altimeter:
    def __init__(self, level, jitter):
        self.level = level
        self.jitter = jitter

    def samples(self, count):
        return [random.gauss(self.level, self.jitter) for _ in range(count)]


@pytest.fixture
def altimeter():
    return Altimeter(level=42_164.2, jitter=1e-4)
