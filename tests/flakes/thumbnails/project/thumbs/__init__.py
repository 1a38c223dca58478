import zlib
from concurrent.futures import ThreadPoolExecutor


class Thumbnails:
    """Thumbnails in a folder; the small sizes are made in the background."""

    def __init__(self, folder):
        self.folder = folder
        self._pool = ThreadPoolExecutor(max_workers=1)

    def add(self, name, picture):
        (self.folder / f"{name}.full").write_bytes(picture)
        for size in (64, 32, 16, 8, 4, 2):
            self._pool.submit(self._shrink, name, picture, size)  # CAUSE

    def _shrink(self, name, picture, size):
        (self.folder / f"{name}.{size}").write_bytes(zlib.compress(picture * size, 9)[: size * 8])

    def close(self):
        self._pool.shutdown()
