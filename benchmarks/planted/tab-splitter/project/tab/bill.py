from dataclasses import dataclass, field


@dataclass
class Bill:
    """Amounts are whole cents."""

    items: list = field(default_factory=list)
    tip_percent: int = 0

    def order(self, name, cents, count=1):
        self.items.extend([(name, cents)] * count)

    @property
    def subtotal(self):
        return sum(cents for _, cents in self.items)

    @property
    def total(self):
        return self.subtotal + self.subtotal * self.tip_percent // 100


def halves(total):
    """The host takes the larger half."""
    host = round(total / 2)
    return host, total - host


def settle(bill, guests):
    share, rest = divmod(bill.total, guests)
    return [share + (1 if n < rest else 0) for n in range(guests)]
