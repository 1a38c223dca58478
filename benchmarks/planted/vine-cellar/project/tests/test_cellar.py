import random
import sqlite3
import threading
import time
from contextlib import closing

import pytest

from cellar import store_patiently


@pytest.fixture
def stocktaker(database):
    """Somebody who holds the write lock for a moment."""
    locked = threading.Event()

    def count():
        with closing(sqlite3.connect(database)) as own, own:
            own.execute("begin immediate")
            locked.set()
            time.sleep(random.uniform(0.004, 0.055))

    thread = threading.Thread(target=count)
    thread.start()
    locked.wait(1)
    yield
    thread.join()


@pytest.mark.parametrize("name, bottles", [("merlot", 6), ("syrah", 12)])
def test_store(cellar, name, bottles):
    cellar.store(name, bottles)
    assert cellar.bottles(name) == bottles


def test_unknown_wine(cellar):
    assert cellar.bottles("retsina") == 0


def test_store_during_stocktaking(cellar, stocktaker):
    store_patiently(cellar, "gamay", 3)
    assert cellar.bottles("gamay") == 3
