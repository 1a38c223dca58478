import random
import socketserver
import threading
import time

import pytest


class StationHandler(socketserver.StreamRequestHandler):
    delay = (0.0, 0.0)

    def handle(self):
        self.rfile.readline()
        time.sleep(random.uniform(*self.delay))
        try:
            self.wfile.write(b"5 1.25\n11 3.50\n")
        except ConnectionError:
            pass


@pytest.fixture
def station():
    servers = []

    def start(low, high):
        handler = type("Handler", (StationHandler,), {"delay": (low, high)})
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        servers.append(server)
        return server.server_address

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
