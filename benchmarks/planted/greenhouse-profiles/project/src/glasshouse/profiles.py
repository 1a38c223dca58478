from __future__ import annotations

from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path

CROPS = Path(__file__).parent / "crops"

_profiles: dict[str, "Profile"] = {}


class UnknownCrop(LookupError):
    pass


@dataclass(frozen=True)
class Profile:
    crop: str
    day: float
    night: float
    humidity: float

    def target(self, hour: int) -> float:
        return self.day if 6 <= hour < 20 else self.night


def parse(path: Path) -> Profile:
    parser = ConfigParser()
    if not parser.read(path):
        raise UnknownCrop(path.stem)
    climate = parser["climate"]
    return Profile(
        path.stem,
        climate.getfloat("day"),
        climate.getfloat("night"),
        climate.getfloat("humidity", fallback=65.0),
    )


def profile(crop: str, folder: Path = CROPS) -> Profile:
    """Profiles are read once; the controllers ask for them every few seconds."""
    found = _profiles.get(crop)
    if found is None:
        found = _profiles[crop] = parse(folder / f"{crop}.ini")
    return found
