import pytest

from retrypolicy import Backoff


def test_delays_grow():
    backoff = Backoff(jitter=0.0)
    assert backoff.delay(3) == 2 * backoff.delay(2)


def test_limit():
    assert 24 <= Backoff().delay(40) <= 36


def test_attempts_are_counted_from_one():
    with pytest.raises(ValueError):
        Backoff().delay(0)


@pytest.mark.parametrize("jitter", [0.05, 0.2, 0.3])
def test_jitter(jitter):
    delays = {Backoff(jitter=jitter).delay(2) for _ in range(20)}
    assert len(delays) > 1
    assert max(delays) / min(delays) <= (1 + jitter) / (1 - jitter)
