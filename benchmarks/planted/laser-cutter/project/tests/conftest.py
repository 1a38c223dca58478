import random
import time

import pytest

from beamline import Cut, Job, Machine


class BenchHead:
    def __init__(self):
        self.moves = []

    def move(self, cut):
        time.sleep(random.uniform(0.004, 0.016))
        self.moves.append(cut)


@pytest.fixture
def head():
    return BenchHead()


@pytest.fixture
def machine(head):
    return Machine(head)


@pytest.fixture
def square():
    corners = [(10, 10), (110, 10), (110, 110), (10, 110), (10, 10)]
    return Job("plywood", [Cut(*start, *end) for start, end in zip(corners, corners[1:])])
