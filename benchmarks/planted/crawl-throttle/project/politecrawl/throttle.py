from __future__ import annotations

import threading
import time
from collections import defaultdict
from urllib.parse import urlsplit


class Throttle:
    """Keeps a minimum distance between two requests to one host."""

    def __init__(self, delay: float, overrides: dict[str, float] | None = None):
        self.delay = delay
        self.overrides = overrides or {}
        self._free_at: dict[str, float] = defaultdict(float)
        self._lock = threading.Lock()

    def delay_for(self, host: str) -> float:
        return self.overrides.get(host, self.delay)

    def _reserve(self, host: str) -> float:
        with self._lock:
            now = time.monotonic()
            start = max(now, self._free_at[host])
            self._free_at[host] = start + self.delay_for(host)
            return start - now

    def wait(self, url: str) -> float:
        host = urlsplit(url).netloc
        pause = self._reserve(host)
        if pause > 0:
            time.sleep(pause)
        return pause
