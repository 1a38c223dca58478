"""JSON lines over a socket pair: the only way between a worker and its parent.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import json
import socket
from select import select
from time import monotonic
from typing import Any

_loads, _dumps, _select, _monotonic = json.loads, json.dumps, select, monotonic


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
            # The leading newline ends whatever else was written to the descriptor.
            self.end.sendall(b"\n" + _dumps(message).encode("ascii") + b"\n")
        except OSError as error:
            raise Closed from error

    def receive(self, seconds: float | None = None) -> dict[str, Any] | None:
        """Wait for one message; None when the time is up; raises Closed."""
        deadline = None if seconds is None else _monotonic() + seconds
        while True:
            message = self._next()
            if message is not None:
                return message
            if not self._more(None if deadline is None else max(0.0, deadline - _monotonic())):
                return None

    def _next(self) -> dict[str, Any] | None:
        """Take the next message out of what has arrived; lines that are none are dropped."""
        while b"\n" in self._rest:
            line, self._rest = self._rest.split(b"\n", 1)
            try:
                message = _loads(line)
            except ValueError:
                continue
            if type(message) is dict and "op" in message:
                return message
        return None

    def _more(self, seconds: float | None) -> bool:
        try:
            if not _select([self.end], [], [], seconds)[0]:
                return False
            more = self.end.recv(1 << 20)
        except (OSError, ValueError) as error:  # ValueError: closed by another thread
            raise Closed from error
        if not more:
            raise Closed
        self._rest += more
        return True

    @property
    def closed(self) -> bool:
        """Whether this end was closed."""
        return self.end.fileno() < 0

    def close(self) -> None:
        """Close this end; the other side sees it."""
        self.end.close()
