import time
from collections.abc import Iterator


class Series:
    """Temperature readings of one probe, addressed by the moment they were taken."""

    def __init__(self, probe, settle=0.008):
        self.probe = probe
        self.settle = settle
        self._points: dict[str, float] = {}

    def take(self):
        value = self.probe()
        self._points[f"{time.time():.2f}"] = value
        return value

    def take_many(self, count):
        for _ in range(count):
            self.take()
            time.sleep(self.settle)

    def __iter__(self) -> Iterator[float]:
        return iter(self._points.values())

    def __len__(self):
        return len(self._points)

    def coldest(self):
        return min(self._points.values())
