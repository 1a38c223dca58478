import random

from geocode import UpstreamError


class FakeUpstream:
    """Answers like the real service, outages included."""

    def __init__(self, known, error_rate=0.0):
        self.known = known
        self.error_rate = error_rate
        self.connections = 0
        self.queries = []

    def connect(self):
        self.connections += 1
        return self

    def query(self, address):
        self.queries.append(address)
        if random.random() < self.error_rate:
            raise UpstreamError("502 Bad Gateway")
        return self.known.get(address, [])
