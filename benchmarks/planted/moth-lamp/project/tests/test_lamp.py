from contextlib import closing

import pytest

from lamp import Lamp, switch


@pytest.mark.parametrize("words, lit", [("on", True), ("on off", False), ("toggle toggle", False)])
def test_words(tmp_path, words, lit):
    lamp = Lamp(tmp_path)
    for word in words.split():
        lamp.apply(word)
    assert lamp.lit is lit


def test_nonsense(tmp_path):
    with pytest.raises(ValueError):
        Lamp(tmp_path).apply("dim")


def test_switching_through_the_socket(tmp_path):
    with closing(Lamp(tmp_path).open()) as lamp:
        assert switch(lamp.path, "toggle") == "lit"
    assert not lamp.path.exists()
