import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SEEDS = {"beet": 2.4, "chard": 3.1, "leek": 1.9}


class Catalog(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 0.05
    wbufsize = -1

    def do_GET(self):
        seed = self.path.rpartition("/")[2]
        found = seed in SEEDS
        body = json.dumps({"seed": seed, "price": SEEDS.get(seed)}).encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def serve():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Catalog)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return server
