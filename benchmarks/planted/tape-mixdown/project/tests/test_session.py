from array import array

import pytest

from mixdown import Clip, Mixdown, tone
from mixdown.codecs import Deflate


def test_nothing_recorded():
    with Mixdown() as session:
        pass
    assert session.total() == 0


def test_clip_is_encoded(studio):
    session = Mixdown(studio)
    session.add(tone("kick", 60))
    session.close(patience=5)
    assert list(session.encoded) == ["kick"]


def test_empty_clip_is_rejected(studio):
    with Mixdown(studio) as session:
        session.add(Clip("gap", array("h")))
    assert session.rejected == ["gap"]


def test_all_takes_are_in_the_mix(studio):
    with Mixdown(studio) as session:
        for take, hertz in enumerate((220, 330, 440, 550), start=1):
            session.add(tone(f"take-{take}", hertz))
    assert session.total() == 4 * 200
    assert session.rejected == []


@pytest.mark.parametrize("level", [1, 9])
def test_deflate(level):
    assert len(Deflate(level).encode(tone("pad", 110, seconds=0.2))) < 3200
