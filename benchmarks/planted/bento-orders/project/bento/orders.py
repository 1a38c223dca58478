from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

_numbers = itertools.count(1)


@dataclass
class Line:
    dish: str
    price: Decimal
    quantity: int = 1

    @property
    def total(self) -> Decimal:
        return self.price * self.quantity


@dataclass
class Order:
    employee: str
    lines: list[Line]
    day: date = field(default_factory=date.today)
    number: int = field(default_factory=lambda: next(_numbers))
    cancelled: bool = False

    @property
    def total(self) -> Decimal:
        return sum((line.total for line in self.lines), Decimal())
