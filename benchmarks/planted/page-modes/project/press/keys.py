import hashlib
import os
import threading
from contextlib import contextmanager


@contextmanager
def private_files():
    previous = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(previous)


class KeyRotator(threading.Thread):
    """Derives a fresh signing key every now and then."""

    def __init__(self, path, passphrase, interval=0.006):
        super().__init__(name="key-rotator", daemon=True)
        self.path = path
        self.passphrase = passphrase
        self.interval = interval
        self.generation = 0
        self._halt = threading.Event()

    def run(self):
        while not self._halt.wait(self.interval):
            self.rotate()

    def rotate(self):
        with private_files():
            salt = os.urandom(16)
            key = hashlib.pbkdf2_hmac("sha256", self.passphrase, salt, 12_000)
            self.path.write_bytes(salt + key)
        self.generation += 1

    def stop(self):
        self._halt.set()
        self.join()
