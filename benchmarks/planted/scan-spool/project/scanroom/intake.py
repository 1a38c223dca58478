from __future__ import annotations

import os
from pathlib import Path
from typing import Iterator


class Intake:
    """A folder of scanned pages, shared by all stations of the room."""

    def __init__(self, root: Path):
        self.root = root
        self.tickets = root / "tickets"
        self.tickets.mkdir(parents=True, exist_ok=True)

    def add(self, name: str, pixels: bytes) -> Path:
        path = self.root / f"{name}.scan"
        path.write_bytes(pixels)
        return path

    def pages(self) -> list[Path]:
        return sorted(self.root.glob("*.scan"))

    def take(self, page: Path) -> bool:
        ticket = self.tickets / f"{page.stem}.ticket"
        if ticket.exists():
            return False
        ticket.write_text(str(os.getpid()), encoding="ascii")
        return True

    def open_pages(self) -> Iterator[Path]:
        for page in self.pages():
            if self.take(page):
                yield page
