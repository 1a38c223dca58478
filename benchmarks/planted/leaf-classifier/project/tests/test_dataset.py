import numpy as np
import pytest

from leafid import Dataset


def test_read(tmp_path, leaves):
    path = tmp_path / "leaves.csv"
    path.write_text("".join(f"{n},{a!r},{b!r}\n" for n, (a, b) in zip(leaves.labels, leaves.features.tolist())))
    assert np.array_equal(Dataset.read(path).features, leaves.features)


def test_counts(leaves):
    assert leaves.counts() == {"ash": 21, "oak": 16, "rowan": 3}


def test_lengths_differ():
    with pytest.raises(ValueError, match="differ"):
        Dataset(np.zeros((3, 2)), np.array(["ash"]))
