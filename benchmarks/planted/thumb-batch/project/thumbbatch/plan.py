from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from thumbbatch.images import Picture
from thumbbatch.machine import idle_cores


@dataclass
class Batch:
    pictures: list[Picture] = field(default_factory=list)

    @property
    def cost(self) -> int:
        return sum(picture.cost for picture in self.pictures)

    def run(self, size: int) -> list[Picture]:
        return [picture.thumbnail(size) for picture in self.pictures]


@dataclass
class Plan:
    batches: list[Batch]

    def run(self, size: int = 16) -> dict[str, Picture]:
        with ThreadPoolExecutor(len(self.batches)) as pool:
            results = pool.map(lambda batch: batch.run(size), self.batches)
            return {thumbnail.name: thumbnail for batch in results for thumbnail in batch}

    def summary(self) -> str:
        return ", ".join(f"{len(batch.pictures)} pictures ({batch.cost} px)" for batch in self.batches)


def plan(pictures: list[Picture], batches: int | None = None) -> Plan:
    """Distribute the pictures so that the batches take about the same time."""
    result = Plan([Batch() for _ in range(batches or idle_cores())])
    for picture in sorted(pictures, key=lambda picture: picture.cost, reverse=True):
        min(result.batches, key=lambda batch: batch.cost).pictures.append(picture)
    return result
