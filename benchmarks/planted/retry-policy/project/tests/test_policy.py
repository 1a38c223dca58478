import pytest

from retrypolicy import GaveUp


def test_first_try(retry, service, naps):
    assert retry.call(service(0)) == "pong"
    assert naps == []


def test_third_try(retry, service, naps):
    assert retry.call(service(2)) == "pong"
    first, second = naps
    assert first == pytest.approx(0.5, rel=0.2)
    assert second == pytest.approx(1.0, rel=0.2)


def test_gives_up(retry, service, naps):
    with pytest.raises(GaveUp, match=r"call [0-9a-f]{8} failed 5 times"):
        retry.call(service(9))
    assert len(naps) == 4


def test_other_errors_are_not_caught(retry):
    with pytest.raises(ZeroDivisionError):
        retry.call(lambda: 1 / 0)
