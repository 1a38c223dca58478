import pytest

from hookline import Backoff


@pytest.mark.parametrize("attempt, expected", [(0, 0.5), (1, 1.0), (3, 4.0), (9, 10.0)])
def test_ceiling(attempt, expected):
    assert Backoff(base=0.5, limit=10).ceiling(attempt) == expected


@pytest.mark.parametrize("attempt", range(4))
def test_pause(attempt):
    backoff = Backoff()
    assert all(0 <= backoff.pause(attempt) <= backoff.ceiling(attempt) for _ in range(100))
