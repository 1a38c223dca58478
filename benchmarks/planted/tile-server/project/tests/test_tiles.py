import pytest

from tiles.grid import Tile, pyramid


@pytest.mark.parametrize("depth, count", [(0, 0), (1, 1), (3, 21)])
def test_pyramid_size(depth, count):
    assert len(list(pyramid(depth))) == count


def test_children():
    assert min(Tile(3, 2, 5).children()) == Tile(4, 4, 10)


def test_daemon_counts_tiles(daemon):
    fields = dict(line.split("=") for line in daemon.read_text().splitlines())
    assert fields["tiles"] == "85"
