import random

from mixdown import tone


def test_seconds():
    assert tone("a", 440, seconds=0.25).seconds == 0.25


def test_peak():
    clip = tone("a", random.randint(200, 400), level=0.5)
    assert 15_000 < clip.peak() <= 16_384


def test_silence():
    assert tone("a", 440, level=0).peak() == 0
