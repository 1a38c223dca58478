from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Summary:
    page: str
    ink: int
    checksum: str

    def row(self) -> str:
        return f"{self.page}\t{self.ink}\t{self.checksum}\n"

    @classmethod
    def parse(cls, row: str) -> Summary:
        page, ink, checksum = row.rstrip("\n").split("\t")
        return cls(page, int(ink), checksum)


def summarize(page: str, pixels: bytes) -> Summary:
    ink = sum(value < 96 for value in pixels)
    return Summary(page, ink, hashlib.sha256(pixels).hexdigest()[:12])
