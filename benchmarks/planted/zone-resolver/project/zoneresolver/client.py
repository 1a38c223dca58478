from __future__ import annotations

import socket
import time
from dataclasses import dataclass


class Unknown(LookupError):
    pass


@dataclass
class Resolver:
    address: tuple[str, int]
    timeout: float = 0.4
    elapsed: float = 0.0

    def resolve(self, name: str) -> str:
        started = time.perf_counter()
        with socket.create_connection(self.address, timeout=self.timeout) as connection:
            connection.sendall(f"{name}\n".encode("ascii"))
            answer = connection.makefile("r", encoding="ascii").readline().strip()
        self.elapsed += time.perf_counter() - started
        if answer == "NXDOMAIN":
            raise Unknown(name)
        return answer
