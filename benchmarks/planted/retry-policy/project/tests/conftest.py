import random

import pytest

from retrypolicy import Backoff, Retry


class Service:
    """Fails a number of times, in one way or another, before it answers."""

    def __init__(self, failures):
        self.failures = failures
        self.calls = 0

    def __call__(self):
        self.calls += 1
        if self.calls <= self.failures:
            raise random.choice([ConnectionResetError, TimeoutError, ConnectionRefusedError])("try later")
        return "pong"


@pytest.fixture
def naps():
    return []


@pytest.fixture
def retry(naps):
    return Retry(backoff=Backoff(base=0.5), sleep=naps.append)


@pytest.fixture
def service():
    return Service
