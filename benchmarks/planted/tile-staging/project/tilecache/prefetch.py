from concurrent.futures import ThreadPoolExecutor

from .store import render


def neighbours(x, y):
    return [(x + dx, y + dy) for dx in (0, 1) for dy in (0, 1)]


def prefetch(store, zoom, tiles, workers=2):
    def one(tile):
        return store.save(zoom, *tile, render(zoom, *tile))

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, tiles))
