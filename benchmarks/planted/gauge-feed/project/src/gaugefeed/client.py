from __future__ import annotations

import socket
import statistics
import time

from gaugefeed.wire import Reading, decode


class GaugeClient:
    def __init__(self, address: tuple[str, int], timeout: float = 5.0):
        self._socket = socket.create_connection(address, timeout=timeout)
        self.latency: list[float] = []

    def __enter__(self) -> GaugeClient:
        return self

    def __exit__(self, *exc) -> None:
        self._socket.close()

    def _request(self, line: str) -> bytes:
        started = time.perf_counter()
        self._socket.sendall(line.encode("ascii") + b"\n")
        data = self._socket.recv(1 << 16)
        self.latency.append(time.perf_counter() - started)
        return data

    def latest(self, gauge: str, count: int = 10) -> list[Reading]:
        return decode(self._request(f"LATEST {gauge} {count}"))

    def mean(self, gauge: str, count: int = 10) -> float:
        return statistics.fmean(reading.level for reading in self.latest(gauge, count))
