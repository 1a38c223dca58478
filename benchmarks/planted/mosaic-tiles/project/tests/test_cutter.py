import random
import time

import pytest

from tiles import Cutter, Tile, backlog, submit


@pytest.fixture
def cutter():
    worker = Cutter("bench").start()
    yield worker
    worker.close()


class TestHalves:
    def test_names_and_sizes(self):
        left, right = Tile("sky", 8).halves()
        assert (left.name, right.name) == ("skyl", "skyr")
        assert left.size == right.size == 4

    def test_odd_tiles_are_rejected(self, caplog):
        worker = Cutter("spare").start()
        submit(Tile("sun", 7))
        backlog.join()
        assert [tile.name for tile in worker.rejected] == ["sun"]
        assert "odd size 7" in caplog.text

    def test_colours_are_kept(self):
        blue = frozenset({"azure", "navy", "teal"})
        assert {half.colours for half in Tile("sea", 2, blue).halves()} == {blue}


class TestBacklog:
    def test_submit_counts(self, cutter):
        time.sleep(random.uniform(0.0, 0.012))
        assert submit(Tile("oak", 4)) == 1
        backlog.join()
        assert len(cutter.pieces) == 2

    def test_nothing_left_over(self):
        assert backlog.empty()
