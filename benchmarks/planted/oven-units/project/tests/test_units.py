import pytest

from oven.units import SCALES, convert, probe_reading


@pytest.mark.parametrize("name", sorted(SCALES))
def test_identity_for_kelvin_scale(name):
    assert convert(convert(300.0, "K", name), name, "K") == pytest.approx(300.0)


def test_boiling_point():
    assert convert(100, "C", "F") == pytest.approx(212)


def test_probe_round_trip():
    reading = probe_reading()
    kelvin = convert(reading, "C", "K")
    assert convert(kelvin, "K", "C") == reading
