"""Ships announce themselves with small datagrams."""
from __future__ import annotations

import json
import socket
from typing import NamedTuple

GROUP_PORT = 47823


class Sighting(NamedTuple):
    ship: str
    berth: int


class Malformed(Exception):
    pass


def encode(sighting: Sighting) -> bytes:
    return json.dumps(sighting._asdict(), sort_keys=True).encode()


def decode(data: bytes) -> Sighting:
    try:
        fields = json.loads(data)
        return Sighting(fields["ship"], int(fields["berth"]))
    except (ValueError, KeyError, TypeError) as exc:
        raise Malformed(data[:20]) from exc


def announce(sighting: Sighting | bytes, port: int = GROUP_PORT) -> None:
    payload = sighting if isinstance(sighting, bytes) else encode(sighting)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(payload, ("127.0.0.1", port))


class Lookout:
    def __init__(self, port: int = GROUP_PORT, patience: float = 0.1):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self.sock.bind(("127.0.0.1", port))
        self.sock.settimeout(patience)

    def watch(self) -> Sighting:
        data, _ = self.sock.recvfrom(1024)
        return decode(data)

    def close(self) -> None:
        self.sock.close()
