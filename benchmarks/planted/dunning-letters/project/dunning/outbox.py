from __future__ import annotations

import zipfile
from pathlib import Path

from dunning.letters import Claim, render


class Outbox:
    def __init__(self, root: Path):
        self.root = root
        root.mkdir(parents=True, exist_ok=True)

    def put(self, kind: str, claim: Claim) -> Path:
        path = self.root / f"{claim.invoice}-{kind}.txt"
        path.write_text(render(kind, claim))
        return path

    def pack(self, target: Path) -> int:
        letters = sorted(self.root.glob("*.txt"))
        with zipfile.ZipFile(target, "w") as archive:
            for letter in letters:
                archive.write(letter, letter.name)
        return len(letters)
