import json
import urllib.error
import urllib.request


class Station:
    """What a station measures, as the service tells it."""

    def __init__(self, service, name):
        self.service, self.name = service, name
        self.asked = 0

    def latest(self, tries=3):
        self.asked += 1
        try:
            with urllib.request.urlopen(f"{self.service}/stations/{self.name}", timeout=5) as answer:
                return json.load(answer)["celsius"]
        except urllib.error.URLError:
            if tries == 1:
                raise
        return self.latest(tries - 1)


def warmest(stations):
    measured = {station.name: station.latest() for station in stations}
    return max(measured, key=measured.get)
