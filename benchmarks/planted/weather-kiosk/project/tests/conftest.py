import random
import time

import pytest

from kiosk import Feed

from service import Service


class Wall:
    """The screens, which fade in."""

    def __init__(self):
        self.texts = []

    def show(self, screen):
        time.sleep(random.betavariate(2, 4) * 0.16)
        self.texts.append(screen.text)


@pytest.fixture(scope="module")
def service():
    with Service() as service:
        yield service


@pytest.fixture
def feed(service):
    with Feed(*service.address) as feed:
        yield feed


@pytest.fixture
def wall():
    return Wall()
