import pytest

from relief.memo import Memo
from relief.survey import Survey, shade


def test_memo_keeps_metadata():
    def slope(x):
        "doc"

    assert Memo(slope).__doc__ == "doc"


@pytest.mark.parametrize("calls", [1, 4])
def test_memo_computes_once(calls):
    memo = Memo(pow)
    assert {memo(2, 10) for _ in range(calls)} == {1024}
    assert memo.misses == 1


class TestShading:
    def setup_method(self):
        self.survey = Survey()

    def test_strip(self):
        assert shade(self.survey, [(0.0, 0.5), (0.9, 0.1)]) == [[144, 144]]

    def test_neighbours_share_one_survey(self):
        first, second = shade(self.survey, [(7.1, 3.2)], [(7.8, 3.9)])
        assert first == second
        assert self.survey.requests == [(7, 3)]
