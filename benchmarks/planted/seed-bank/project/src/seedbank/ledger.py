import itertools
import os
from dataclasses import dataclass, field
from pathlib import Path


class OutOfStock(ValueError):
    pass


@dataclass
class Ledger:
    journal: Path
    counts: dict[str, int] = field(default_factory=dict)
    _serial: itertools.count = field(default_factory=lambda: itertools.count(1), repr=False)

    def _note(self, accession, change):
        with self.journal.open("a") as out:
            out.write(f"{next(self._serial)} {accession} {change:+}\n")
            out.flush()
            os.fsync(out.fileno())

    def deposit(self, accession, seeds):
        self._note(accession, seeds)
        self.counts[accession] = self.counts.get(accession, 0) + seeds

    def withdraw(self, accession, seeds):
        left = self.counts.get(accession, 0) - seeds
        if left < 0:
            raise OutOfStock(accession)
        self._note(accession, -seeds)
        self.counts[accession] = left
        return left

    def total(self):
        return sum(self.counts.values())
