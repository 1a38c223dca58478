import os
import threading
import time

from maze import Maze


def test_two_mazes_of_one_seed_are_equal(tmp_path):
    walks = {}

    def explore(name):
        walks[name] = Maze(6, seed=42).walk(5)
        (tmp_path / name).write_text(str(time.time()))

    threads = [threading.Thread(target=explore, args=(name,)) for name in ("left", "right")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert walks["left"] == walks["right"]
    assert sorted(os.listdir(tmp_path)) == ["left", "right"]


def test_cells_are_inside():
    cells = Maze(5).walk(9)
    assert all(0 <= x < 5 and 0 <= y < 5 for x, y in cells)
