from __future__ import annotations

import queue
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

SCHEMA = """
create table if not exists account (member text primary key, points integer not null check (points >= 0));
create table if not exists entry (id text primary key, member text not null, points integer not null, at real);
"""


class PoolTimeout(RuntimeError):
    pass


class Pool:
    def __init__(self, path: Path, size: int = 5, timeout: float = 0.5):
        self.path = path
        self.size = size
        self.timeout = timeout
        self._free: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        for _ in range(size):
            self._free.put(self._connect())
        with self.connection() as connection:
            connection.executescript(SCHEMA)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=0, isolation_level=None, check_same_thread=False)
        connection.execute("pragma synchronous = off")
        return connection

    def acquire(self) -> sqlite3.Connection:
        try:
            return self._free.get(timeout=self.timeout)
        except queue.Empty:
            raise PoolTimeout(f"none of {self.size} connections is free") from None

    def release(self, connection: sqlite3.Connection) -> None:
        self._free.put(connection)

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        connection = self.acquire()
        try:
            yield connection
        finally:
            self.release(connection)

    def close(self) -> None:
        while not self._free.empty():
            self._free.get_nowait().close()
