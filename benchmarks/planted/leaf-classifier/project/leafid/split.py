from __future__ import annotations

import numpy as np

from leafid.dataset import Dataset


def holdout(data: Dataset, share: float = 0.4, rng: np.random.Generator | None = None) -> tuple[Dataset, Dataset]:
    if not 0 < share < 1:
        raise ValueError(f"share must be between 0 and 1, not {share}")
    if rng is None:
        rng = np.random.default_rng()
    size = round(len(data) * share)
    rows = rng.permutation(len(data))
    return data.take(np.sort(rows[size:])), data.take(np.sort(rows[:size]))
