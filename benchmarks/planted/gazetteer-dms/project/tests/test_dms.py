import pytest

from gazetteer import format_dms, format_pair, parse_dms, parse_pair
from gazetteer.dms import LAT, LON
from strategies import some_position

TENTH_OF_A_SECOND = 0.1 / 3600


@pytest.mark.parametrize(
    "value, axis, text",
    [
        (48.858222, LAT, "48°51'29.6\"N"),
        (-33.856784, LAT, "33°51'24.4\"S"),
        (2.2945, LON, "2°17'40.2\"E"),
        (-0.5, LON, "0°30'00.0\"W"),
    ],
)
def test_format(value, axis, text):
    assert format_dms(value, axis) == text


@pytest.mark.parametrize("text", ["", "48", "48°51'N", "48°61'00.0\"N", "48°51'29.6\"E", "91°00'00.0\"N"])
def test_rejected(text):
    with pytest.raises(ValueError):
        parse_dms(text, LAT)


def test_round_trip():
    for _ in range(60):
        lat, lon = some_position()
        assert parse_pair(format_pair(lat, lon)) == pytest.approx((lat, lon), abs=TENTH_OF_A_SECOND)
