from datetime import date, datetime, timedelta

from feedlog.summary import is_due, summarise


def test_empty_day(diary):
    assert summarise(diary, date(2023, 5, 1)).total_ml == 0


def test_text(diary):
    diary.record("bottle", 120, at=datetime(2023, 5, 1, 8))
    assert str(summarise(diary, date(2023, 5, 1))) == "Mon 01 May: 1 feeds, 120 ml"


class TestToday:
    def test_last(self, fed):
        assert fed.last().kind == "bottle"

    def test_totals(self, fed):
        summary = summarise(fed)
        assert summary.feeds == 2
        assert summary.by_kind == {"breast": 60, "bottle": 90}

    def test_not_due(self, fed):
        assert not is_due(fed)

    def test_due_later(self, fed):
        assert is_due(fed, datetime.now() + timedelta(hours=3))


def test_never_fed(diary):
    assert is_due(diary)
