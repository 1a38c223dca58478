from __future__ import annotations

import queue
import threading
from typing import Callable, Generic, TypeVar

T = TypeVar("T")


class PoolExhausted(RuntimeError):
    pass


class Pool(Generic[T]):
    def __init__(self, connect: Callable[[], T], size: int = 4, wait: float = 0.1):
        self._connect = connect
        self._idle: queue.LifoQueue[T] = queue.LifoQueue()
        self._lock = threading.Lock()
        self._opened = 0
        self.size = size
        self.wait = wait

    def acquire(self) -> T:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            pass
        with self._lock:
            if self._opened < self.size:
                self._opened += 1
                return self._connect()
        try:
            return self._idle.get(timeout=self.wait)
        except queue.Empty:
            raise PoolExhausted(f"all {self.size} connections are in use") from None

    def release(self, connection: T) -> None:
        self._idle.put(connection)

    @property
    def idle(self) -> int:
        return self._idle.qsize()
