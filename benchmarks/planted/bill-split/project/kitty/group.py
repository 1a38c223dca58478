from __future__ import annotations

from collections import defaultdict

from kitty.expense import Expense, cents


class UnknownMember(ValueError):
    pass


class Group:
    def __init__(self, *members: str):
        self.members = list(members)
        self.expenses: list[Expense] = []

    def add(self, payer: str, amount: str, *guests: str, title: str = "") -> Expense:
        guests = guests or tuple(self.members)
        if strangers := {payer, *guests} - set(self.members):
            raise UnknownMember(", ".join(sorted(strangers)))
        expense = Expense(payer, cents(amount), list(guests), title)
        self.expenses.append(expense)
        return expense

    def balances(self) -> dict[str, int]:
        """Positive: gets money back."""
        balance: dict[str, int] = defaultdict(int)
        for expense in self.expenses:
            balance[expense.payer] += expense.amount
            for name, share in expense.shares().items():
                balance[name] -= share
        return {name: balance[name] for name in self.members}

    def settle(self) -> list[tuple[str, str, int]]:
        """Transfers (from, to, cents) that bring every balance to zero."""
        balance = self.balances()
        transfers = []
        while any(balance.values()):
            debtor = min(sorted(balance), key=balance.__getitem__)
            creditor = max(sorted(balance), key=balance.__getitem__)
            amount = min(-balance[debtor], balance[creditor])
            balance[debtor] += amount
            balance[creditor] -= amount
            transfers.append((debtor, creditor, amount))
        return transfers
