import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Uploads(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    limit = 300_000

    def do_PUT(self):
        length = int(self.headers.get("Content-Length", 0))
        if length > self.limit:
            self._answer(413, b"too large")
            self.close_connection = True
            return
        body = self.rfile.read(length)
        self.server.photos[self.path] = body
        self._answer(201, str(len(body)).encode())

    def _answer(self, status, text):
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args):
        pass


class Album(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Uploads)
        self.photos = {}
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
