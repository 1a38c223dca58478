import random

import pytest

from contest.jury import Entrant, Juror
from contest.sheet import collect, podium


@pytest.fixture
def pianists():
    return [Entrant("Clara", 1, tempo=0.5), Entrant("Franz", 4), Entrant("Nadia", 2, tempo=1.6)]


@pytest.mark.parametrize("strictness, points", [(0, 100), (2, 92), (50, 0)])
def test_points(strictness, points):
    assert Juror(strictness).points(Entrant("x", 4, tempo=0)) == points


def test_podium_breaks_ties_by_name():
    rows = [("b", 90), ("a", 90), ("c", 95), ("d", 1)]
    random.shuffle(rows)
    assert podium(dict(rows)) == ["c", "a", "b"]


def test_sheet_pairs_pianist_and_points(pianists):
    sheet = collect(Juror(), pianists)
    assert sheet == {"Clara": 98, "Franz": 92, "Nadia": 96}
