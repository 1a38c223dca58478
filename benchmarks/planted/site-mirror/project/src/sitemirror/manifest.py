from __future__ import annotations

import json
from pathlib import Path
from typing import Iterator

Stamp = tuple[int, int]


def stamp(path: Path) -> Stamp:
    stat = path.stat()
    return int(stat.st_mtime), stat.st_size


class Manifest:
    """What the files looked like when they were last transferred."""

    def __init__(self, path: Path):
        self.path = path
        self.stamps: dict[str, Stamp] = {}
        if path.exists():
            self.stamps = {name: tuple(entry) for name, entry in json.loads(path.read_text()).items()}

    def changed(self, root: Path) -> Iterator[str]:
        for path in sorted(root.rglob("*")):
            if path.is_file():
                name = path.relative_to(root).as_posix()
                if self.stamps.get(name) != stamp(path):
                    yield name

    def deleted(self, root: Path) -> list[str]:
        return sorted(name for name in self.stamps if not (root / name).is_file())

    def record(self, root: Path, name: str) -> None:
        self.stamps[name] = stamp(root / name)

    def save(self) -> None:
        part = self.path.with_suffix(".part")
        part.write_text(json.dumps(self.stamps, indent=1, sort_keys=True))
        part.replace(self.path)
