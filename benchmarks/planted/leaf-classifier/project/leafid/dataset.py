from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Dataset:
    features: np.ndarray
    labels: np.ndarray

    def __post_init__(self) -> None:
        if len(self.features) != len(self.labels):
            raise ValueError("features and labels differ in length")

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def classes(self) -> list[str]:
        return sorted(set(self.labels.tolist()))

    def counts(self) -> Counter[str]:
        return Counter(self.labels.tolist())

    def take(self, rows: np.ndarray) -> Dataset:
        return Dataset(self.features[rows], self.labels[rows])

    @classmethod
    def read(cls, path: Path) -> Dataset:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        features = np.array([[float(cell) for cell in row[1:]] for row in rows])
        return cls(features, np.array([row[0] for row in rows]))
