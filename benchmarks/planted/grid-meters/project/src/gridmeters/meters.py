from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Interval:
    start: str
    kwh: float


class MeterFile:
    """One CSV file per meter, quarter-hour values."""

    def __init__(self, path: Path):
        self.path = path

    @property
    def meter(self) -> str:
        return self.path.stem

    def intervals(self) -> list[Interval]:
        reader = csv.DictReader(io.StringIO(self.path.read_text()))
        return [Interval(row["start"], float(row["kwh"])) for row in reader]

    def consumption(self) -> float:
        return sum(interval.kwh for interval in self.intervals())

    def peak(self) -> Interval:
        return max(self.intervals(), key=lambda interval: interval.kwh)
