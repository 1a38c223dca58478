from __future__ import annotations

import hashlib
import socketserver
import threading
import time

from uploadgate.policy import Policy


class Handler(socketserver.StreamRequestHandler):
    timeout = 5

    def handle(self) -> None:
        name, size = self.rfile.readline().decode().rsplit(" ", 1)
        status, text = self.server.policy.verdict(name, int(size))
        if status == 201:
            body = self.rfile.read(int(size))
            text = hashlib.sha256(body).hexdigest()[:16]
            self.server.files[name] = body
        self.server.log.append((time.time(), name, status))
        self.wfile.write(f"{status} {text}\n".encode())


class UploadServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, policy: Policy = Policy(), address: tuple[str, int] = ("127.0.0.1", 0)):
        super().__init__(address, Handler)
        self.policy = policy
        self.files: dict[str, bytes] = {}
        self.log: list[tuple[float, str, int]] = []
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)

    def start(self) -> UploadServer:
        self._thread.start()
        return self

    def stop(self) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()
