import pytest

from labelkit import Label, load, place
from labelkit.layout import dots, printable


@pytest.fixture(params=["a6", "jar"])
def profile(request):
    return load(request.param)


@pytest.mark.parametrize("millimeters, dpi, expected", [(25.4, 203, 203), (10, 300, 118), (0, 600, 0)])
def test_dots(millimeters, dpi, expected):
    assert dots(millimeters, dpi) == expected


class TestPlace:
    def test_left_aligned(self, profile):
        assert {x for x, _, _ in place([Label("a"), Label("b"), Label("c")], profile)} == {0}

    def test_too_many(self, profile):
        with pytest.raises(ValueError, match="do not fit"):
            place([Label(str(number)) for number in range(200)], profile)


class TestPrintable:
    SIZES = {"jar": (638, 402), "a6": (759, 1103)}

    @pytest.mark.parametrize("name", sorted(SIZES))
    def test_size(self, name):
        assert printable(load(name)) == self.SIZES[name]
