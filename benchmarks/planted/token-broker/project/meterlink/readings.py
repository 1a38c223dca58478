from __future__ import annotations

import asyncio
import csv
from dataclasses import dataclass
from pathlib import Path

from meterlink.auth import Broker


@dataclass(frozen=True)
class Upload:
    meter: str
    kwh: float
    token: str


def consumption(path: Path) -> float:
    with path.open(newline="") as file:
        values = [float(row["kwh"]) for row in csv.DictReader(file)]
    return round(max(values) - min(values), 3) if values else 0.0


async def upload(path: Path, broker: Broker) -> Upload:
    kwh = await asyncio.to_thread(consumption, path)
    return Upload(path.stem, kwh, await broker.token())


async def upload_all(folder: Path, broker: Broker) -> list[Upload]:
    paths = sorted(folder.glob("*.csv"))
    return await asyncio.gather(*(upload(path, broker) for path in paths))
