import json
import urllib.request


class Station:
    """What a station measures, as the service tells it."""

    def __init__(self, service, name):
        self.service, self.name = service, name
        self.asked = 0

    def latest(self):
        self.asked += 1
        with urllib.request.urlopen(f"{self.service}/stations/{self.name}", timeout=5) as answer:  # CAUSE
            return json.load(answer)["celsius"]


def warmest(stations):
    measured = {station.name: station.latest() for station in stations}
    return max(measured, key=measured.get)
