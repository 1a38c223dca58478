import pytest

from hookline import Dispatcher
from hookline.signing import verify

SECRET = b"s3cr3t"


class Receiver:
    def __init__(self):
        self.outages = 0
        self.events = []

    def __call__(self, url, payload, headers):
        if self.outages:
            self.outages -= 1
            return 503
        if not verify(SECRET, payload, headers):
            return 401
        self.events.append(payload["event"])
        return 204


@pytest.fixture
def receiver():
    return Receiver()


@pytest.fixture
def dispatcher(receiver):
    dispatcher = Dispatcher(receiver, SECRET)
    yield dispatcher
    dispatcher.close()
