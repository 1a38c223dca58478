from datetime import date, datetime

import pytest


def test_order_is_by_time(diary):
    diary.record("bottle", 90, at=datetime(2023, 5, 1, 9, 30))
    diary.record("breast", 70, at=datetime(2023, 5, 1, 6, 15))
    assert [feed.ml for feed in diary.on(date(2023, 5, 1))] == [70, 90]


def test_midnight_belongs_to_new_day(diary):
    diary.record("bottle", 90, at=datetime(2023, 5, 2))
    assert diary.on(date(2023, 5, 1)) == []
    assert len(diary.on(date(2023, 5, 2))) == 1


def test_default_time(diary):
    before = datetime.now().replace(microsecond=0)
    assert before <= diary.record("bottle", 10).at <= datetime.now()


@pytest.mark.parametrize("ml", [0, -5])
def test_amount(diary, ml):
    with pytest.raises(ValueError):
        diary.record("bottle", ml)
