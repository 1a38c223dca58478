import numpy as np
import pytest

from leafid import NearestCentroid, evaluate
from leafid.report import score
from leafid.split import holdout


class TestSplit:
    @pytest.mark.parametrize("share, sizes", [(0.25, (30, 10)), (0.4, (24, 16)), (0.5, (20, 20))])
    def test_sizes(self, leaves, share, sizes):
        train, test = holdout(leaves, share)
        assert (len(train), len(test)) == sizes

    def test_nothing_is_lost(self, leaves):
        train, test = holdout(leaves, rng=np.random.default_rng(7))
        assert train.counts() + test.counts() == leaves.counts()

    @pytest.mark.parametrize("share", [0, 1, 1.5])
    def test_bad_share(self, leaves, share):
        with pytest.raises(ValueError):
            holdout(leaves, share)


class TestReport:
    def test_own_data(self, leaves):
        model = NearestCentroid().fit(leaves)
        assert set(score(model, leaves).recall.values()) == {1.0}

    def test_species(self, leaves):
        report = evaluate(leaves)
        assert list(report.recall) == ["ash", "oak", "rowan"]
        assert report.size == 16

    def test_worst(self, leaves):
        model = NearestCentroid().fit(leaves)
        report = score(model, leaves)
        report.recall["oak"] = 0.8125
        assert report.worst == "oak"
        assert report.lines()[1] == "oak          81.2%"
