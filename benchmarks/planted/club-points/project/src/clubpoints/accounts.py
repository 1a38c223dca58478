from __future__ import annotations

import time
import uuid

from clubpoints.pool import Pool
from clubpoints.retry import retry_when_busy


class NotEnoughPoints(ValueError):
    pass


class Accounts:
    def __init__(self, pool: Pool):
        self.pool = pool

    def open(self, member: str, points: int = 0) -> None:
        with self.pool.connection() as connection:
            connection.execute("insert into account values (?, ?)", (member, points))

    def balance(self, member: str) -> int:
        with self.pool.connection() as connection:
            row = connection.execute("select points from account where member = ?", (member,)).fetchone()
        if row is None:
            raise KeyError(member)
        return row[0]

    def entries(self, member: str) -> list[int]:
        with self.pool.connection() as connection:
            rows = connection.execute("select points from entry where member = ? order by at", (member,))
            return [points for points, in rows]

    @retry_when_busy()
    def book(self, member: str, points: int) -> str:
        entry = uuid.uuid4().hex
        connection = self.pool.acquire()
        connection.execute("begin immediate")
        connection.execute("update account set points = points + ? where member = ?", (points, member))
        connection.execute("insert into entry values (?, ?, ?, ?)", (entry, member, points, time.time()))
        connection.execute("commit")
        self.pool.release(connection)
        return entry

    def redeem(self, member: str, points: int) -> str:
        if self.balance(member) < points:
            raise NotEnoughPoints(member)
        return self.book(member, -points)
