from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path


class Journal:
    """Append-only movements, spread over segment files of limited length."""

    def __init__(self, folder: Path, segment_size: int = 100):
        self.folder = folder
        self.segment_size = segment_size
        self._current: Path | None = None
        self._written = 0

    def _segment(self) -> Path:
        if self._current is None or self._written >= self.segment_size:
            self._current = self.folder / f"{time.time_ns():020d}.jsonl"
            self._written = 0
        return self._current

    def append(self, movement: dict) -> None:
        with self._segment().open("a", encoding="utf-8") as file:
            file.write(json.dumps(movement) + "\n")
        self._written += 1

    def segments(self) -> list[Path]:
        return list(self.folder.glob("*.jsonl"))

    def __iter__(self) -> Iterator[dict]:
        for path in self.segments():
            with path.open(encoding="utf-8") as file:
                for line in file:
                    yield json.loads(line)

    def compact(self, snapshot: list[dict]) -> None:
        old = set(self.segments())
        self._current = None
        for movement in snapshot:
            self.append(movement)
        for path in old:
            path.unlink()
