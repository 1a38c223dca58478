import pytest

from clubpoints import Pool, PoolTimeout


def test_limit(tmp_path):
    pool = Pool(tmp_path / "p.sqlite", size=2, timeout=0.01)
    with pool.connection(), pool.connection():
        with pytest.raises(PoolTimeout, match="none of 2"):
            pool.acquire()
    pool.close()


def test_connection_comes_back_after_an_error(pool):
    for _ in range(pool.size + 1):
        with pytest.raises(ZeroDivisionError), pool.connection():
            1 / 0
