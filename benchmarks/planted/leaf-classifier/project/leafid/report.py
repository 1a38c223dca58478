from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from leafid.dataset import Dataset
from leafid.model import NearestCentroid
from leafid.split import holdout


@dataclass
class Report:
    size: int
    recall: dict[str, float] = field(default_factory=dict)

    @property
    def worst(self) -> str:
        return min(self.recall, key=lambda name: (self.recall[name], name))

    def lines(self) -> list[str]:
        return [f"{name:<12}{value:6.1%}" for name, value in self.recall.items()]


def score(model: NearestCentroid, data: Dataset) -> Report:
    guessed = model.predict(data.features)
    report = Report(len(data))
    for name in data.classes:
        mask = data.labels == name
        report.recall[name] = float(np.mean(guessed[mask] == name))
    return report


def evaluate(data: Dataset, share: float = 0.4) -> Report:
    """Train on one part of the data and score on the other."""
    train, test = holdout(data, share)
    return score(NearestCentroid().fit(train), test)
