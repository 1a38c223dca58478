from __future__ import annotations

import zlib
from typing import Protocol

from mixdown.clips import Clip


class Codec(Protocol):
    def encode(self, clip: Clip) -> bytes: ...


class Deflate:
    def __init__(self, level: int = 6):
        self.level = level

    def encode(self, clip: Clip) -> bytes:
        return zlib.compress(clip.samples.tobytes(), self.level)
