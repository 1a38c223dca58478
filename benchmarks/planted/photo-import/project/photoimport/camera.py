from __future__ import annotations

import os
import random
import threading
from pathlib import Path


class Camera:
    """Drops pictures into a folder, one after the other."""

    def __init__(self, folder: Path, pictures: int):
        self.folder = folder
        self.pictures = pictures
        self._thread = threading.Thread(target=self._shoot, name="camera")

    def __enter__(self) -> Camera:
        self._thread.start()
        return self

    def __exit__(self, *exc) -> None:
        self._thread.join()

    @property
    def busy(self) -> bool:
        return self._thread.is_alive()

    def _shoot(self) -> None:
        for number in range(1, self.pictures + 1):
            part = self.folder / f".{number:04d}.part"
            part.write_bytes(os.urandom(random.randrange(2_000, 20_000)))
            part.rename(self.folder / f"IMG_{number:04d}.JPG")
