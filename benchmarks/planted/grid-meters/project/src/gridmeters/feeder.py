from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from gridmeters.meters import MeterFile


class Feeder:
    """All meters behind one transformer."""

    def __init__(self, root: Path, workers: int = 4):
        self.root = root
        self.workers = workers

    def meters(self) -> list[MeterFile]:
        return [MeterFile(path) for path in sorted(self.root.glob("*.csv"))]

    def consumption(self) -> float:
        total = 0.0
        with ThreadPoolExecutor(self.workers) as executor:
            futures = [executor.submit(meter.consumption) for meter in self.meters()]
            for future in as_completed(futures):
                total += future.result()
        return total

    def by_meter(self) -> dict[str, float]:
        meters = self.meters()
        with ThreadPoolExecutor(self.workers) as executor:
            return dict(zip((meter.meter for meter in meters), executor.map(MeterFile.consumption, meters)))

    def loss(self, delivered: float) -> float:
        """Share of the delivered energy that no meter has seen."""
        if delivered <= 0:
            raise ValueError("nothing was delivered")
        return 1 - self.consumption() / delivered
