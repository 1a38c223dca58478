from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterator


@dataclass(frozen=True)
class Picture:
    name: str
    size: int
    digest: str


@dataclass
class Importer:
    """Takes over the pictures of a card. Protected ones stay on the card, and are taken over only once."""

    card: Path
    album: Path
    protected: frozenset[str] = frozenset()
    pictures: list[Picture] = field(default_factory=list)
    _done: set[tuple[int, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.album.mkdir(parents=True, exist_ok=True)

    def _new(self) -> Iterator[Path]:
        for path in sorted(self.card.glob("*.JPG")):
            stat = path.stat()
            key = (stat.st_dev, stat.st_ino)
            if key not in self._done:
                self._done.add(key)
                yield path

    def scan(self) -> int:
        found = 0
        for path in self._new():
            data = path.read_bytes()
            (self.album / path.name).write_bytes(data)
            self.pictures.append(Picture(path.name, len(data), hashlib.sha1(data).hexdigest()))
            if path.name not in self.protected:
                path.unlink()
            found += 1
        return found

    def follow(self, camera, pause: float = 0.001) -> None:
        """Import until the camera has finished."""
        while camera.busy:
            self.scan()
            time.sleep(pause)
        self.scan()
