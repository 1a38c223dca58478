from __future__ import annotations

import logging
import socket
import threading

from zoneresolver.zone import Zone

log = logging.getLogger(__name__)


class ZoneServer:
    """Answers `name` with the address, one question per connection. Several servers may share a port."""

    def __init__(self, zone: Zone, address: tuple[str, int]):
        self.zone = zone
        self.answered = 0
        self._stopping = threading.Event()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._socket.bind(address)
        self._socket.listen(16)
        self._socket.settimeout(0.02)
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def address(self) -> tuple[str, int]:
        return self._socket.getsockname()

    def start(self) -> ZoneServer:
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()
        log.info("%s: %d answers", self.zone.origin, self.answered)

    def close(self) -> None:
        self.stop()
        self._socket.close()

    def _serve(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._socket.accept()
            except TimeoutError:
                continue
            with connection, connection.makefile("rw", encoding="ascii") as stream:
                question = stream.readline().strip()
                stream.write(f"{self.zone.lookup(question) or 'NXDOMAIN'}\n")
                stream.flush()
            self.answered += 1
