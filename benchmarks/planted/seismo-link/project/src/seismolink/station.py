from __future__ import annotations

import socket
import socketserver
import threading

from seismolink.wire import ERROR, QUERY, read_frame, write_frame, write_samples


class _Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        while True:
            try:
                kind, payload = read_frame(self.request)
            except (EOFError, ConnectionError):
                return
            channel = payload.decode()
            traces = self.server.station.traces
            if kind != QUERY or channel not in traces:
                write_frame(self.request, ERROR, f"no channel {channel}".encode())
            else:
                write_samples(self.request, traces[channel])


class Station:
    def __init__(self, traces: dict[str, list[int]]):
        self.traces = traces
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.station = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def address(self) -> tuple[str, int]:
        return self._server.server_address

    def __enter__(self) -> "Station":
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def connect(address: tuple[str, int]) -> socket.socket:
    sock = socket.create_connection(address, timeout=5)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock
