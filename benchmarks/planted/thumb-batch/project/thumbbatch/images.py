from __future__ import annotations

import random
import zlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Picture:
    name: str
    width: int
    height: int
    pixels: bytes

    @classmethod
    def noise(cls, name: str, width: int, height: int) -> Picture:
        return cls(name, width, height, random.randbytes(width * height))

    @property
    def cost(self) -> int:
        return self.width * self.height

    def thumbnail(self, size: int = 16) -> Picture:
        step = max(1, -(-max(self.width, self.height) // size))
        rows = range(0, self.height, step)
        pixels = b"".join(self.pixels[row * self.width : (row + 1) * self.width : step] for row in rows)
        return Picture(self.name, len(pixels) // len(rows), len(rows), pixels)

    def packed(self) -> bytes:
        return zlib.compress(self.pixels)
