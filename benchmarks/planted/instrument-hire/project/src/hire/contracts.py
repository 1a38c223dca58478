from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from hire.schedule import Instalment, add_months, schedule


@dataclass(frozen=True)
class Instrument:
    name: str
    price: Decimal
    deposit: Decimal = Decimal(0)


@dataclass
class Contract:
    customer: str
    instrument: Instrument
    months: int = 3
    signed: date = field(default_factory=date.today)
    number: str = field(default_factory=lambda: uuid.uuid4().hex[:10].upper())

    def __post_init__(self) -> None:
        if self.months < 1:
            raise ValueError("a contract runs for at least a month")

    @property
    def ends(self) -> date:
        return add_months(self.signed, self.months)

    @property
    def instalments(self) -> list[Instalment]:
        total = self.instrument.price - self.instrument.deposit
        return list(schedule(total, self.months + 1, self.signed))

    def outstanding(self, paid: int) -> Decimal:
        return sum((item.amount for item in self.instalments[paid:]), Decimal(0))

    def due_by(self, day: date) -> list[Instalment]:
        return [item for item in self.instalments if item.due <= day]

    def is_running(self, day: date) -> bool:
        return self.signed <= day <= self.ends
