import numpy as np
import pytest

from leafid import Dataset

CENTERS = {"ash": (2.0, 9.0), "oak": (6.0, 3.0), "rowan": (9.5, 8.5)}
SIZES = {"ash": 21, "oak": 16, "rowan": 3}


@pytest.fixture(scope="session")
def leaves():
    rng = np.random.default_rng(20240517)
    features = [rng.normal(CENTERS[name], 0.2, size=(count, 2)) for name, count in SIZES.items()]
    labels = [name for name, count in SIZES.items() for _ in range(count)]
    return Dataset(np.vstack(features), np.array(labels))
