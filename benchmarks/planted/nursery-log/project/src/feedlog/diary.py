from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

SCHEMA = """
CREATE TABLE IF NOT EXISTS feeds (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    ml INTEGER NOT NULL
)
"""


@dataclass(frozen=True)
class Feed:
    at: datetime
    kind: str
    ml: int


class Diary:
    def __init__(self, database: str = ":memory:"):
        self._db = sqlite3.connect(database)
        self._db.execute(SCHEMA)

    def close(self) -> None:
        self._db.close()

    def record(self, kind: str, ml: int, at: datetime | None = None) -> Feed:
        if ml <= 0:
            raise ValueError("a feed needs an amount")
        feed = Feed((at or datetime.now()).replace(microsecond=0), kind, ml)
        self._db.execute(
            "INSERT INTO feeds (at, kind, ml) VALUES (?, ?, ?)", (feed.at.isoformat(), kind, ml)
        )
        return feed

    def between(self, start: datetime, end: datetime) -> Iterator[Feed]:
        rows = self._db.execute(
            "SELECT at, kind, ml FROM feeds WHERE at >= ? AND at < ? ORDER BY at, id",
            (start.isoformat(), end.isoformat()),
        )
        for at, kind, ml in rows:
            yield Feed(datetime.fromisoformat(at), kind, ml)

    def on(self, day: date) -> list[Feed]:
        start = datetime.combine(day, time())
        return list(self.between(start, start + timedelta(days=1)))

    def last(self) -> Feed | None:
        row = self._db.execute("SELECT at, kind, ml FROM feeds ORDER BY at DESC LIMIT 1").fetchone()
        return row and Feed(datetime.fromisoformat(row[0]), row[1], row[2])
