from __future__ import annotations

from trackconv import registry
from trackconv.formats import csv, geojson  # noqa: F401
from trackconv.track import Track


def convert(track: Track, to: str) -> str:
    return registry.find(to)(track)


def summary(track: Track) -> str:
    return f"{track.name}: {track.length / 1000:.1f} km, {track.climb:.0f} m"
