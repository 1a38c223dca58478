import random
from decimal import Decimal


class Money:
    def __init__(self, cents, currency="EUR"):
        self.cents = cents
        self.currency = currency

    @classmethod
    def parse(cls, text):
        amount, _, currency = text.partition(" ")
        return cls(int(float(amount) * 100), currency or "EUR")

    def __str__(self):
        return f"{Decimal(self.cents) / 100:.2f} {self.currency}"

    def __eq__(self, other):
        return (self.cents, self.currency) == (other.cents, other.currency)

    def __add__(self, other):
        if other.currency != self.currency:
            raise ValueError("mixed currencies")
        return Money(self.cents + other.cents, self.currency)

    def __repr__(self):
        return f"<{self}>"


class Receipt:
    def __init__(self, lines=()):
        self.lines = list(lines)

    def dump(self):
        return "\n".join(str(line) for line in self.lines)

    @classmethod
    def load(cls, text):
        return cls(Money.parse(line) for line in text.splitlines())


def demo_receipt(lines, top=9_999):
    return Receipt(Money(random.randint(1, top)) for _ in range(lines))
