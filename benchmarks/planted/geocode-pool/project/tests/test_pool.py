import threading

import pytest

from geocode import PoolExhausted


def test_connections_are_reused(pool, upstream):
    for _ in range(5):
        pool.release(pool.acquire())
    assert upstream.connections == 1
    assert pool.idle == 1


def test_exhausted(pool):
    for _ in range(4):
        pool.acquire()
    with pytest.raises(PoolExhausted, match="all 4"):
        pool.acquire()


def test_waits_for_a_release(pool):
    pool.wait = 5
    held = [pool.acquire() for _ in range(4)]
    timer = threading.Timer(0.02, pool.release, args=(held[0],))
    timer.start()
    assert pool.acquire() is held[0]
    timer.join()
