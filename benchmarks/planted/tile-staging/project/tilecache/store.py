import hashlib
import os
import shutil
import tempfile
from pathlib import Path

BLOCK = 4096


def staging_path(suffix):
    return Path(tempfile.gettempdir()) / f"tilecache-staging{suffix}"


class TileStore:
    def __init__(self, root):
        self.root = Path(root)

    def path(self, zoom, x, y):
        return self.root / str(zoom) / str(x) / f"{y}.png"

    def save(self, zoom, x, y, payload):
        target = self.path(zoom, x, y)
        target.parent.mkdir(parents=True, exist_ok=True)
        staging = staging_path(target.suffix)
        with open(staging, "wb") as handle:
            for start in range(0, len(payload), BLOCK):
                handle.write(payload[start:start + BLOCK])
        shutil.move(staging, target)
        return target

    def digest(self, zoom, x, y):
        return hashlib.sha1(self.path(zoom, x, y).read_bytes()).hexdigest()

    def size(self):
        return sum(p.stat().st_size for p in self.root.rglob("*.png"))


def render(zoom, x, y):
    seed = f"{zoom}/{x}/{y}".encode()
    return hashlib.sha256(seed).digest() * 256
