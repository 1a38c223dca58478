from datetime import datetime, timedelta

from snapkeep.snapshots import expired, read_index


def test_index_is_sorted(index):
    assert [s.taken.month for s in read_index(index)] == [2, 3, 3]


def test_expired(index):
    old = expired(read_index(index), datetime(2024, 3, 10), timedelta(days=7))
    assert [s.source for s in old][0] == "/etc"
    assert len(old) == 2


def test_newest_is_kept(index):
    assert len(expired(read_index(index), datetime.now(), timedelta(0))) == 2
