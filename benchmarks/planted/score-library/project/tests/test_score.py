from fractions import Fraction

import pytest

from scorelib import Measure, Note, Score


@pytest.mark.parametrize("pitch, steps, expected", [("C4", 2, "E4"), ("B4", 1, "C5"), ("C4", -1, "B3")])
def test_transpose(pitch, steps, expected):
    assert Note(pitch).transposed(steps).pitch == expected


def test_not_a_note():
    with pytest.raises(ValueError):
        Note("H4")


def test_measure_length():
    assert Measure(Note("C4"), Note("D4", Fraction(1, 8))).length == Fraction(3, 8)


def test_label():
    assert Score("Canon").add_part("flute").label == "Canon: flute"
