"""A gauge station to try the client with."""
from __future__ import annotations

import itertools
import random
import socketserver
import threading
import time

from gaugefeed.wire import Reading, header


class Handler(socketserver.StreamRequestHandler):
    wbufsize = 1024
    disable_nagle_algorithm = True

    def handle(self) -> None:
        for line in self.rfile:
            _, gauge, count = line.decode("ascii").split()
            readings = self.server.readings[gauge][-int(count) :]
            payload = b"".join(reading.pack() for reading in readings)
            self.wfile.write(header(readings))
            self.wfile.write(payload)
            self.wfile.flush()


class Station(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, gauges: list[str], size: int = 200, noise: float = 0.05):
        super().__init__(("127.0.0.1", 0), Handler)
        begin = int(time.time()) - 900 * size
        self.readings = {
            gauge: [
                Reading(begin + 900 * step, 2.0 + random.uniform(-noise, noise), gauge)
                for step in itertools.islice(itertools.count(), size)
            ]
            for gauge in gauges
        }

    def __enter__(self) -> Station:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *exc) -> None:
        self.shutdown()
        self.server_close()
