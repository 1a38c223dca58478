from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Callable

from kiosk.client import Feed


@dataclass(frozen=True)
class Screen:
    station: str
    text: str

    @classmethod
    def of(cls, station: str, reading: dict[str, float]) -> Screen:
        return cls(station, f"{station.title()} {reading['temp']:.0f}° {reading['wind']:.0f} km/h")


def compose(feed: Feed, show: Callable[[Screen], None]) -> float:
    """Show a screen for each station, one after the other."""
    started = time.monotonic()
    for station in feed.stations():
        show(Screen.of(station, feed.reading(station)))
    return time.monotonic() - started
