from __future__ import annotations

import socket
from dataclasses import dataclass


class Rejected(Exception):
    def __init__(self, status: int, text: str):
        super().__init__(f"{status} {text}")
        self.status = status


@dataclass(frozen=True)
class Uploader:
    address: tuple[str, int]
    chunk: int = 16 * 1024

    def upload(self, name: str, body: bytes) -> str:
        """Store a file; returns the digest which the server has computed."""
        with socket.create_connection(self.address, timeout=5) as connection:
            connection.sendall(f"{name} {len(body)}\n".encode())
            for start in range(0, len(body), self.chunk):
                connection.sendall(body[start : start + self.chunk])
            reply = connection.makefile("r").readline()
        status, _, text = reply.strip().partition(" ")
        if status != "201":
            raise Rejected(int(status), text)
        return text
