import pytest

from snapkeep.table import human, shorten, table


@pytest.mark.parametrize("size, text", [(0, "0B"), (1023, "1023B"), (1536, "1.5K"), (3 * 2**40, "3072.0G")])
def test_human(size, text):
    assert human(size) == text


@pytest.mark.parametrize("width, text", [(10, "/srv/media"), (7, "/sr…dia"), (4, "/…ia")])
def test_shorten(width, text):
    assert shorten("/srv/media", width) == text


def test_alignment():
    assert table([("a", "1"), ("bcd", "22")]) == "a    1\nbcd  22"
