import pytest

from thumbbatch import Picture


@pytest.mark.parametrize("size, expected", [(16, (15, 10)), (40, (40, 27)), (500, (120, 80))])
def test_thumbnail(album, size, expected):
    thumbnail = album[0].thumbnail(size)
    assert (thumbnail.width, thumbnail.height) == expected
    assert len(thumbnail.pixels) == thumbnail.cost


def test_noise():
    picture = Picture.noise("x", 30, 20)
    assert len(picture.packed()) > 300
