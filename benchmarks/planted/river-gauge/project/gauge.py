import json
import urllib.error
import urllib.request
from collections import deque


class Offline(RuntimeError):
    pass


class Gauge:
    def __init__(self, base, keep=5):
        self.base = base.rstrip("/")
        self.levels = deque(maxlen=keep)

    def poll(self):
        request = urllib.request.Request(f"{self.base}/level", headers={"Accept": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=2) as response:
                level = json.load(response)["cm"]
        except (urllib.error.URLError, ValueError) as exc:
            raise Offline(self.base) from exc
        self.levels.append(level)
        return level

    @property
    def rising(self):
        return len(self.levels) > 1 and self.levels[-1] > self.levels[0]
