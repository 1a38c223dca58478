import pytest

from flagpole import Rollout
from flagpole.hashing import bucket


class TestAudience:
    @pytest.mark.parametrize(
        "name, low, high",
        [("dark-mode", 24, 24), ("new-checkout", 8, 16), ("beta-search", 0, 0)],
    )
    def test_size(self, flags, users, name, low, high):
        audience = flags.audience(name, users)
        assert low <= len(audience) <= high

    def test_grows(self, flags, users):
        before = flags.audience("new-checkout", users)
        flags.raise_to("new-checkout", 80)
        assert before <= flags.audience("new-checkout", users)


class TestRollout:
    def test_never_wins(self):
        rollout = Rollout(100, always=frozenset({"ann"}), never=frozenset({"ann"}))
        assert not rollout.includes("x", "ann")

    def test_bucket_is_sticky(self):
        assert bucket("x", "ann") == bucket("x", "ann")

    def test_bucket_range(self, users):
        assert all(0 <= bucket("x", user) < 1000 for user in users)
