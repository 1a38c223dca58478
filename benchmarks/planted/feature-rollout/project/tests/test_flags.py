import pytest

from flagpole import Flag, Rollout


def test_for_user(flags):
    assert flags.for_user("qa-1")[:2] == ["beta-search", "dark-mode"]


def test_lowering_is_refused(flags):
    with pytest.raises(ValueError, match="50%"):
        flags.raise_to("new-checkout", 25)


def test_equality():
    assert Flag("a", Rollout(5)) == Flag("a", Rollout(5))
