import random
import socketserver
import threading


class Ring(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            hour = int(line)
            self.wfile.write(b"dong" * (hour % 12 or 12) + b"\n")


class Belfry(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True


class Tower:
    """A bell server in the background, in the parish's own range of ports."""

    PORTS = range(38110, 38118)

    def __init__(self, port=None):
        self.port = port or random.choice(self.PORTS)
        self.belfry = None

    def __enter__(self):
        self.belfry = Belfry(("127.0.0.1", self.port), Ring)
        self._thread = threading.Thread(target=self.belfry.serve_forever, args=(0.005,))
        self._thread.start()
        return self

    def __exit__(self, *exc):
        self.belfry.shutdown()
        self._thread.join()
        self.belfry.server_close()
