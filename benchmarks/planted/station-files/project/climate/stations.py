import csv
import statistics
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class MonthlySheet:
    station: str
    month: str
    lows: tuple
    highs: tuple

    @property
    def mean(self):
        return statistics.fmean(self.lows + self.highs)

    def frost_days(self):
        return sum(low < 0 for low in self.lows)


def parse_name(path):
    """Sheets are called STATION_YYYY-MM.csv."""
    station, month = Path(path).stem.split("_")
    return station, month


def read_sheet(path):
    station, month = parse_name(path)
    with open(path, newline="") as handle:
        rows = list(csv.DictReader(handle))
    return MonthlySheet(
        station,
        month,
        tuple(float(row["low"]) for row in rows),
        tuple(float(row["high"]) for row in rows),
    )
