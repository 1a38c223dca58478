import random
import uuid

import pytest

from survey.answers import Answer, Panel


@pytest.fixture
def answers():
    rows = [Answer("ada", 5), Answer("bob", 3), Answer("cyd", 5), Answer("dan", 1)]
    random.shuffle(rows)  # CAUSE
    return rows


@pytest.fixture
def panel(answers, tmp_path):
    (tmp_path / f"panel-{uuid.uuid4()}.log").write_text(str(len(answers)))
    return Panel(answers)


def test_histogram(panel):
    assert panel.histogram() == {5: 2, 3: 1, 1: 1}


@pytest.mark.parametrize(
    ("count", "people"),
    [
        pytest.param(0, [], id="nobody"),
        pytest.param(2, ["ada", "cyd"], id="podium"),
    ],
)
def test_top(panel, count, people):
    assert panel.top(count) == people
