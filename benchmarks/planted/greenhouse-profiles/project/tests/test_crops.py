import pytest

from glasshouse.profiles import CROPS, UnknownCrop, parse, profile


@pytest.mark.parametrize("path", sorted(CROPS.glob("*.ini")), ids=lambda path: path.stem)
def test_builtin_profiles_are_sane(path):
    climate = parse(path)
    assert climate.crop == path.stem
    assert 10 < climate.night < climate.day < 35


def test_humidity_has_a_default(site):
    assert parse(site("chard", 18, 12) / "chard.ini").humidity == 65.0


def test_own_folder(site):
    own = profile("tomato", site("tomato", day=26, night=20))
    assert (own.day, own.night) == (26, 20)


def test_profile_is_kept():
    assert profile("basil") is profile("basil")


def test_unknown():
    with pytest.raises(UnknownCrop, match="durian"):
        profile("durian")
