import pytest

from tilecache.prefetch import neighbours, prefetch
from tilecache.store import TileStore, render


@pytest.fixture
def store(tmp_path):
    return TileStore(tmp_path / "tiles")


def test_save_one(store):
    path = store.save(3, 1, 2, b"\x89PNG")
    assert path.read_bytes() == b"\x89PNG"
    assert store.size() == 4


def test_render_is_stable():
    assert render(4, 2, 2) == render(4, 2, 2)
    assert len(render(0, 0, 0)) == 8192


def test_neighbours():
    assert len(set(neighbours(5, 5))) == 4


def test_prefetch_around_viewport(store):
    tiles = neighbours(8, 8)
    paths = prefetch(store, 5, tiles)
    assert len({p for p in paths if p.exists()}) == len(tiles)
    assert store.size() == sum(len(render(5, *t)) for t in tiles)
    assert len({store.digest(5, *t) for t in tiles}) == len(tiles)
