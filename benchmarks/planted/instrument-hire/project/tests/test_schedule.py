from datetime import date
from decimal import Decimal

import pytest

from hire import add_months, schedule


@pytest.mark.parametrize("day, months, expected", [
    (date(2024, 1, 31), 1, date(2024, 2, 29)),
    (date(2025, 1, 31), 1, date(2025, 2, 28)),
    (date(2025, 11, 5), 2, date(2026, 1, 5)),
    (date(2025, 12, 1), 12, date(2026, 12, 1)),
])
def test_add_months(day, months, expected):
    assert add_months(day, months) == expected


def test_odd_cents_come_first():
    amounts = [item.amount for item in schedule(Decimal("100.00"), 3, date(2025, 5, 2))]
    assert amounts == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]


def test_one_a_month():
    dues = [item.due for item in schedule(Decimal(90), 3, date(2025, 11, 15))]
    assert dues == [date(2025, 11, 15), date(2025, 12, 15), date(2026, 1, 15)]
