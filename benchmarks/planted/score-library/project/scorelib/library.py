from __future__ import annotations

import re
from pathlib import Path
from weakref import WeakValueDictionary

from scorelib.score import Measure, Note, Score


def parse(title: str, text: str) -> Score:
    """One line per part: `violin | C4 D4 E4 F4 | G4 G4`."""
    score = Score(title)
    for line in text.splitlines():
        instrument, *bars = re.split(r"\s*\|\s*", line.strip())
        part = score.add_part(instrument)
        part.measures.extend(Measure(*map(Note, bar.split())) for bar in bars)
    return score


class Library:
    """Scores on disk. A score that is open is only read once, and forgotten when it is closed."""

    def __init__(self, root: Path):
        self.root = root
        self._open: WeakValueDictionary[str, Score] = WeakValueDictionary()
        self.reads = 0

    def titles(self) -> list[str]:
        return sorted(path.stem for path in self.root.glob("*.score"))

    def load(self, title: str) -> Score:
        score = self._open.get(title)
        if score is None:
            self.reads += 1
            score = self._open[title] = parse(title, (self.root / f"{title}.score").read_text())
        return score

    def open_titles(self) -> list[str]:
        return sorted(self._open.keys())
