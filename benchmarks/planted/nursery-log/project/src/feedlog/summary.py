from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from feedlog.diary import Diary

ADVISED_GAP = timedelta(hours=3)


@dataclass(frozen=True)
class DaySummary:
    day: date
    feeds: int
    total_ml: int
    by_kind: dict[str, int]

    def __str__(self) -> str:
        return f"{self.day:%a %d %b}: {self.feeds} feeds, {self.total_ml} ml"


def summarise(diary: Diary, day: date | None = None) -> DaySummary:
    day = day or date.today()
    feeds = diary.on(day)
    by_kind: Counter[str] = Counter()
    for feed in feeds:
        by_kind[feed.kind] += feed.ml
    return DaySummary(day, len(feeds), sum(feed.ml for feed in feeds), dict(by_kind))


def is_due(diary: Diary, now: datetime | None = None) -> bool:
    last = diary.last()
    return last is None or (now or datetime.now()) - last.at >= ADVISED_GAP
