from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path


class Site:
    """The place of the telescope. There is one for the process."""

    def __init__(self, folder: Path, latitude: float = 48.0):
        self.folder = folder
        self.latitude = latitude

    @cached_property
    def horizon(self) -> dict[str, int]:
        """How high the trees are, in degrees, for each direction."""
        return json.loads((self.folder / "horizon.json").read_text())

    def clears(self, direction: str, altitude: float) -> bool:
        return altitude > self.horizon[direction]

    def altitude(self, declination: float) -> float:
        """At culmination, in the south."""
        return 90.0 - abs(self.latitude - declination)


site = Site(Path(__file__).parent / "data")
