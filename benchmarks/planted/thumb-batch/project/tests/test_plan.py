import pytest

from thumbbatch import Picture, plan


def test_batches_are_balanced(album):
    assert plan(album, 2).summary() == "1 pictures (9600 px), 3 pictures (10272 px)"


def test_cores_are_used(four_cores, album):
    assert len(plan(album).batches) >= 3


def test_all_pictures(album):
    assert sorted(plan(album).run()) == ["beach", "cat", "dunes", "harbour"]


@pytest.mark.parametrize("batches", [1, 3, 7])
def test_number_of_batches(album, batches):
    assert sum(len(batch.pictures) for batch in plan(album, batches).batches) >= 3


def test_no_pictures():
    assert plan([], 1).run() == {}
    assert plan([Picture("dot", 1, 1, b"\0")], 2).run(8)["dot"].pixels == b"\0"
