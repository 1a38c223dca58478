from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Iterator

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Instalment:
    number: int
    due: date
    amount: Decimal


def add_months(day: date, months: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(years, month + 1)[1]
    return date(years, month + 1, min(day.day, last))


def schedule(total: Decimal, count: int, first: date) -> Iterator[Instalment]:
    """Equal instalments, one a month. The first one takes the odd cents."""
    share = (total / count).quantize(CENT, ROUND_DOWN)
    amount = total - share * (count - 1)
    due = first
    for number in range(1, count + 1):
        yield Instalment(number, due, amount)
        due = add_months(due, 1)
        amount = share
