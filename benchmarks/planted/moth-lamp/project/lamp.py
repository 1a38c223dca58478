"""A lamp that is switched through a local socket."""
import socket
import threading
from pathlib import Path


class Lamp:
    def __init__(self, state_dir):
        self.path = Path(state_dir) / "lamp.sock"
        self.lit = False
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)

    def open(self):
        self._listener.bind(str(self.path))
        self._listener.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def _serve(self):
        while True:
            peer, _ = self._listener.accept()
            with peer:
                word = peer.recv(16)
                if word == b"quit":
                    return
                self.apply(word.decode())
                peer.sendall(b"lit" if self.lit else b"dark")

    def apply(self, word):
        if word not in ("on", "off", "toggle"):
            raise ValueError(word)
        self.lit = not self.lit if word == "toggle" else word == "on"

    def close(self):
        switch(self.path, "quit")
        self._thread.join(1)
        self._listener.close()
        self.path.unlink()


def switch(path, word):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.connect(str(path))
        sock.sendall(word.encode())
        return sock.recv(16).decode()
