import random
import socket
import threading
import time


class Relay(threading.Thread):
    """A toy relay; loading its keyring delays the first accept."""

    def __init__(self, keys=8):
        super().__init__(daemon=True)
        self.keys = keys
        self.sock = socket.socket()
        self.sock.bind(("127.0.0.1", 0))
        self.address = self.sock.getsockname()
        self.messages = []

    def _load_keyring(self):
        for _ in range(self.keys):
            time.sleep(random.uniform(0.001, 0.0066))

    def run(self):
        self._load_keyring()
        self.sock.listen()
        while True:
            try:
                conn, _ = self.sock.accept()
            except OSError:
                return
            with conn, conn.makefile("rw") as stream:
                self.messages.append(stream.readline().strip())
                stream.write(f"queued {len(self.messages)}\n")

    def close(self):
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.sock.close()
