import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from mirrors import Mirror, fetch, near

KNOWN = [{"host": "ftp.example.nl", "country": "NL"}, {"host": "mirror.example.be", "country": "BE"}]


class Lists(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(KNOWN).encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def base():
    with HTTPServer(("127.0.0.1", 0), Lists) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_near():
    assert near([Mirror("a", "NL"), Mirror("b", "BE")], "BE") == ["b"]


def test_mirrors_are_fetched(base):
    assert near(fetch(base), "NL") == ["ftp.example.nl"]
