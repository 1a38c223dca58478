import socket
import subprocess
import sys
import time
from pathlib import Path


def parse_runfile(text):
    info = dict(line.split("=", 1) for line in text.splitlines())
    host, _, port = info["address"].rpartition(":")
    return int(info["pid"]), (host, int(port))


class Kiosk:
    def __init__(self, runfile):
        self.runfile = Path(runfile)
        self.process = None

    def start(self, patience=5.0):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kiosk.server", str(self.runfile)])
        deadline = time.monotonic() + patience
        while not self.runfile.exists():
            if time.monotonic() > deadline:
                raise TimeoutError("kiosk did not come up")
            time.sleep(0.01)
        self.pid, self.address = parse_runfile(self.runfile.read_text())

    def ask(self, word):
        with socket.create_connection(self.address) as link:
            link.sendall(word.encode())
            return link.recv(64).decode().strip()

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
