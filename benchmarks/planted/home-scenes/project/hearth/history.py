from __future__ import annotations

import asyncio
import sqlite3
import threading
import time

from hearth.bus import Bus, Event


class History:
    """Keeps what the lights did, in a database that is written off the loop."""

    def __init__(self, bus: Bus, path: str = ":memory:"):
        self._db = sqlite3.connect(path, check_same_thread=False)
        self._db.execute("create table state (at real, entity text, value text)")
        self._lock = threading.Lock()
        bus.listen("state_changed", self._on_state)

    async def _on_state(self, event: Event) -> None:
        row = (time.time(), event.data["entity"], event.data["value"])
        await asyncio.to_thread(self._write, row)

    def _write(self, row: tuple[float, str, str]) -> None:
        with self._lock, self._db:
            self._db.execute("insert into state values (?, ?, ?)", row)

    def values(self, entity: str) -> list[str]:
        with self._lock:
            rows = self._db.execute("select value from state where entity = ? order by rowid", (entity,))
            return [value for (value,) in rows]

    def close(self) -> None:
        with self._lock:
            self._db.close()
