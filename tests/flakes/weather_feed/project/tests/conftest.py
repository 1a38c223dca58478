import http.server
import json
import threading

import pytest

MEASURED = {"oslo": 4.5, "rome": 21.0, "riga": 7.25}


class Service(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        celsius = MEASURED.get(self.path.rpartition("/")[2])
        body = json.dumps({"celsius": celsius}).encode()
        self.send_response(404 if celsius is None else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="session")
def service():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
