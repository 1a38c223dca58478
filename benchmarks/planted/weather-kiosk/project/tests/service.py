import json
import random
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 0.12
    stations = ("aldea", "brno", "cork")

    def do_GET(self):
        parts = self.path.strip("/").split("/")
        if parts == ["stations"]:
            self.answer(200, self.stations)
        elif parts[0] == "stations" and parts[1] in self.stations:
            self.answer(200, {"temp": random.uniform(14.6, 15.4), "wind": 7})
        else:
            self.answer(404, {"error": "unknown"})

    def answer(self, status, payload):
        body = json.dumps(payload).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Service:
    def __enter__(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()
        return self

    @property
    def address(self):
        return self.server.server_address[:2]

    def __exit__(self, *exc):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
