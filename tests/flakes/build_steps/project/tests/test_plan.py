import pytest

from builder.plan import Cycle, Plan


@pytest.fixture(scope="module")
def needs():
    return {"link": ["compile", "assets"], "compile": ["fetch"], "assets": ["fetch"], "fetch": []}


def test_a_cycle_is_refused():
    with pytest.raises(Cycle):
        Plan({"a": ["b"], "b": ["a"]}).order()


def test_needs_come_first(needs):
    order = Plan(needs).order()
    assert order[0] == "fetch"
    assert order[-1] == "link"


def test_whole_order(needs):
    assert Plan(needs).order() == ["fetch", "compile", "assets", "link"]
