import random

import pytest

from trialarm import BlockSchedule
from trialarm.schedule import imbalance


@pytest.mark.parametrize("seed", range(5))
def test_every_block_is_balanced(seed):
    schedule = BlockSchedule(("a", "b", "c"), 6, random.Random(seed))
    drawn = [schedule.allocate() for _ in range(6)]
    assert sorted(drawn) == ["a", "a", "b", "b", "c", "c"]


def test_preview_matches_allocation():
    schedule = BlockSchedule(("a", "b"), 4)
    expected = schedule.preview(10)
    assert [schedule.allocate() for _ in range(10)] == expected


def test_block_size_must_fit():
    with pytest.raises(ValueError, match="3 arms"):
        BlockSchedule(("a", "b", "c"), 4)


def test_imbalance():
    assert imbalance(["a", "a", "b"], ("a", "b", "c")) == 2
