from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path


@dataclass(frozen=True)
class Snapshot:
    taken: datetime
    source: str
    size: int

    @classmethod
    def parse(cls, line: str) -> "Snapshot":
        taken, size, source = line.rstrip("\n").split("\t")
        return cls(datetime.fromisoformat(taken), source, int(size))


def read_index(path: Path) -> list[Snapshot]:
    with path.open(encoding="utf-8") as file:
        return sorted((Snapshot.parse(line) for line in file), key=lambda s: s.taken)


def expired(snapshots: list[Snapshot], now: datetime, keep: timedelta, at_least: int = 1) -> list[Snapshot]:
    candidates = snapshots[: max(len(snapshots) - at_least, 0)]
    return [snapshot for snapshot in candidates if now - snapshot.taken > keep]
