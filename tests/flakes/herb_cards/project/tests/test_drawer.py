import pytest

from herbs import Drawer


@pytest.fixture
def drawer(tmp_path):
    drawer = Drawer(tmp_path)
    for name, picked in [("arnica", 1911), ("sage", 1904), ("thyme", 1911), ("yarrow", 1911)]:
        drawer.add(name, picked)
    return drawer


def test_all_are_there(drawer):
    assert len(drawer.cards()) == 4


def test_the_oldest_comes_first(drawer):
    assert drawer.by_year() == ["sage", "arnica", "thyme", "yarrow"]
