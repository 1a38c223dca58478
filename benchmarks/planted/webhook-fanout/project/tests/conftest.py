import json
from collections import Counter

import pytest

from hookhub import Hub


class Inbox:
    """Stands for all the receivers."""

    def __init__(self):
        self.received = []
        self.calls = Counter()
        self.answers = {}

    async def post(self, url, body, headers):
        self.calls[url] += 1
        status = self.answers.get(url, 204)
        if status < 300:
            self.received.append((url, json.loads(body), headers))
        return status

    def urls(self):
        return sorted(url for url, _, _ in self.received)


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def hub(inbox):
    hub = Hub(inbox)
    hub.subscribe("https://books.test/hook", "s3cret", "invoice.*")
    hub.subscribe("https://crm.test/events", "hush")
    hub.subscribe("https://depot.test/in", "tacit", "parcel.*")
    return hub
