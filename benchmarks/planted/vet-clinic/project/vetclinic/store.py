from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import astuple, dataclass
from datetime import datetime

STAMP = "%Y-%m-%d %H:%M:%S.%f"

SCHEMA = """
create table visit (
    chip text not null,
    at text not null,
    reason text not null,
    weight real
);
create index visit_by_chip on visit (chip);
"""


@dataclass(frozen=True)
class Visit:
    chip: str
    at: str
    reason: str
    weight: float | None = None

    @classmethod
    def now(cls, chip: str, reason: str, weight: float | None = None) -> Visit:
        return cls(chip, datetime.now().strftime(STAMP)[:-4], reason, weight)


class VisitStore:
    def __init__(self, path: str = ":memory:"):
        self.db = sqlite3.connect(path)
        self.db.executescript(SCHEMA)

    def close(self) -> None:
        self.db.close()

    def add(self, visit: Visit) -> None:
        with self.db:
            self.db.execute("insert into visit values (?, ?, ?, ?)", astuple(visit))

    def history(self, chip: str, limit: int = -1) -> list[Visit]:
        """The visits of an animal, newest first."""
        query = "select chip, at, reason, weight from visit where chip = ? order by at desc limit ?"
        with closing(self.db.execute(query, (chip, limit))) as rows:
            return [Visit(*row) for row in rows]

    def count(self) -> int:
        return self.db.execute("select count(*) from visit").fetchone()[0]
