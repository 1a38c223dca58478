from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

ALLOWED = {".txt", ".csv", ".png"}


@dataclass(frozen=True)
class Policy:
    max_bytes: int = 64 * 1024
    suffixes: frozenset[str] = frozenset(ALLOWED)

    def verdict(self, name: str, size: int) -> tuple[int, str]:
        if PurePosixPath(name).suffix.lower() not in self.suffixes:
            return 415, "type not allowed"
        if size > self.max_bytes:
            return 413, f"more than {self.max_bytes} bytes"
        return 201, "stored"
