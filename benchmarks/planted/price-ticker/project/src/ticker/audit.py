from __future__ import annotations

import asyncio
from pathlib import Path

from ticker.feed import Tick


class Audit:
    """Regulators want to know who has seen which price."""

    def __init__(self, path: Path):
        self.path = path

    def _append(self, viewer: str, tick: Tick) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{tick.at:.3f};{viewer};{tick.symbol};{tick.price}\n")

    async def record(self, viewer: str, tick: Tick) -> None:
        await asyncio.to_thread(self._append, viewer, tick)

    def seen_by(self, viewer: str) -> int:
        if not self.path.exists():
            return 0
        rows = (line.split(";") for line in self.path.read_text(encoding="utf-8").splitlines())
        return sum(row[1] == viewer for row in rows)
