import time

import pytest

from depot.belt import Belt


def run_for(belt, ms=30):
    time.sleep(ms / 1000)
    return belt.counts()


@pytest.fixture
def belt():
    belt = Belt()
    yield belt
    belt.stop()


@pytest.fixture
def observe():
    return run_for
