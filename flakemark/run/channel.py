"""JSON lines over a socket pair: the only way between a worker and its parent.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import json
import socket
from select import select
from typing import Any

_loads, _dumps, _select = json.loads, json.dumps, select


class Closed(Exception):
    """The other side is gone."""


class Channel:
    """One end of the channel. Not thread-safe."""

    def __init__(self, end: socket.socket) -> None:
        self.end = end
        self._rest = b""

    def send(self, message: dict[str, Any]) -> None:
        """Send one message; raises Closed."""
        try:
            self.end.sendall(_dumps(message).encode("ascii") + b"\n")
        except OSError as error:
            raise Closed from error

    def receive(self, seconds: float | None = None) -> dict[str, Any] | None:
        """Wait for one message; None when the time is up; raises Closed."""
        while b"\n" not in self._rest:
            if not _select([self.end], [], [], seconds)[0]:
                return None
            try:
                more = self.end.recv(1 << 20)
            except OSError as error:
                raise Closed from error
            if not more:
                raise Closed
            self._rest += more
        line, self._rest = self._rest.split(b"\n", 1)
        message: dict[str, Any] = _loads(line)
        return message

    def close(self) -> None:
        """Close this end; the other side sees it."""
        self.end.close()
