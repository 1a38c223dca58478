from batches import Batches


def test_runs_differ():
    assert Batches([]).run != Batches([]).run


def test_nothing_is_lost():
    batches = Batches(range(100)).split()
    assert sum(map(len, batches)) == 100
