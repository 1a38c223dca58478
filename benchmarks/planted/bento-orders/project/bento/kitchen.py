from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timezone
from decimal import Decimal

from bento.orders import Order

CLOSES_AT = time(10, 30)
SUBSIDY = Decimal("150")


class TooLate(Exception):
    pass


class Kitchen:
    def __init__(self) -> None:
        self._orders: list[Order] = []

    def place(self, order: Order, at: time | None = None) -> Order:
        if at is not None and at > CLOSES_AT:
            raise TooLate(f"order {order.number} came in at {at:%H:%M}")
        self._orders.append(order)
        return order

    def orders(self, day: date | None = None) -> list[Order]:
        day = day or datetime.now(timezone.utc).date()
        return [order for order in self._orders if order.day == day and not order.cancelled]

    def shopping_list(self, day: date | None = None) -> Counter[str]:
        dishes: Counter[str] = Counter()
        for order in self.orders(day):
            for line in order.lines:
                dishes[line.dish] += line.quantity
        return dishes

    def payroll(self, month: str) -> dict[str, Decimal]:
        deductions: dict[str, Decimal] = {}
        for order in self._orders:
            if order.day.strftime("%Y-%m") == month and not order.cancelled:
                due = max(order.total - SUBSIDY, Decimal())
                deductions[order.employee] = deductions.get(order.employee, Decimal()) + due
        return deductions
