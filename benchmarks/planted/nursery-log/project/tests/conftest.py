from datetime import datetime, timedelta

import pytest

from feedlog.diary import Diary


@pytest.fixture
def diary():
    diary = Diary()
    yield diary
    diary.close()


@pytest.fixture
def fed(diary):
    """A baby that has just had two courses."""
    now = datetime.now()
    diary.record("breast", 60, at=now - timedelta(minutes=12))
    diary.record("bottle", 90, at=now - timedelta(minutes=2))
    return diary
