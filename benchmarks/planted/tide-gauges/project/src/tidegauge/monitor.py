from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Iterable, TextIO

from tidegauge.nmea import parse


@dataclass(frozen=True)
class Reading:
    station: str
    level: float


class Monitor:
    """Follows a stream of sentences in the background, and knows the last level of each station."""

    def __init__(self, stream: TextIO, alarm_level: float = 6.0):
        self._stream = stream
        self._lock = threading.Lock()
        self._latest: dict[str, Reading] = {}
        self._thread: threading.Thread | None = None
        self.alarm_level = alarm_level
        self.rejected = 0

    def start(self) -> "Monitor":
        self._thread = threading.Thread(target=self._follow, name="tide-monitor", daemon=True)
        self._thread.start()
        return self

    def join(self, timeout: float | None = None) -> None:
        if self._thread is not None:
            self._thread.join(timeout)

    def _follow(self) -> None:
        for line in self._stream:
            self._accept(line)

    def _accept(self, line: str) -> None:
        try:
            reading = Reading(*parse(line))
        except ValueError:
            self.rejected += 1
            return
        with self._lock:
            self._latest[reading.station] = reading

    def level(self, station: str) -> float:
        with self._lock:
            return self._latest[station].level

    def alarms(self) -> list[str]:
        with self._lock:
            return sorted(r.station for r in self._latest.values() if r.level >= self.alarm_level)

    def feed(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._accept(line)
