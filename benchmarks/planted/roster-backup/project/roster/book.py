from __future__ import annotations

import json
import shutil
import time
from pathlib import Path


class RosterBook:
    def __init__(self, path: Path, keep: int = 5):
        self.path = path
        self.keep = keep
        self.attic = path.parent / "attic"

    def read(self) -> dict[str, list[str]]:
        if not self.path.exists():
            return {}
        return json.loads(self.path.read_text(encoding="utf-8"))

    def _backup_name(self) -> Path:
        stamp = int(time.time() * 1000)
        return self.attic / f"{self.path.stem}.{stamp}.json"

    def write(self, shifts: dict[str, list[str]]) -> None:
        if self.path.exists():
            self.attic.mkdir(exist_ok=True)
            shutil.copyfile(self.path, self._backup_name())
            self._prune()
        self.path.write_text(json.dumps(shifts, indent=1), encoding="utf-8")

    def _prune(self) -> None:
        for stale in self.backups()[: -self.keep]:
            stale.unlink()

    def backups(self) -> list[Path]:
        return sorted(self.attic.glob(f"{self.path.stem}.*.json"))

    def assign(self, shift: str, nurse: str) -> None:
        shifts = self.read()
        shifts.setdefault(shift, []).append(nurse)
        self.write(shifts)

    def undo(self) -> None:
        last = self.backups()[-1]
        shutil.move(last, self.path)
