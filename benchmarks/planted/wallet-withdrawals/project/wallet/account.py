from __future__ import annotations

from wallet.journal import Journal


class InsufficientFunds(Exception):
    pass


class Account:
    def __init__(self, number: str, journal: Journal, cents: int = 0):
        self.number = number
        self.journal = journal
        self.cents = cents

    def deposit(self, cents: int) -> None:
        if cents <= 0:
            raise ValueError("nothing to deposit")
        self.cents += cents
        self.journal.write(self.number, "deposit", cents)

    def withdraw(self, cents: int) -> None:
        if cents > self.cents:
            self.journal.write(self.number, "refused", cents)
            raise InsufficientFunds(f"{self.number} has {self.cents}, {cents} were asked for")
        self.journal.write(self.number, "withdrawal", cents)
        self.cents -= cents
