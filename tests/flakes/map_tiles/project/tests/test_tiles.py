from concurrent.futures import ThreadPoolExecutor

import pytest

from tiles import Tiles


@pytest.fixture
def tiles():
    return Tiles()


@pytest.fixture
def pool():
    with ThreadPoolExecutor(max_workers=2) as executor:
        yield executor


def test_tiles_differ(tiles):
    assert tiles.get(1, 2) != tiles.get(2, 1)


def test_a_tile_is_rendered_once(tiles, pool):
    first, second = pool.map(lambda _: tiles.get(3, 4), range(2))
    assert first == second
    assert tiles.misses == 1
