from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from itertools import islice

AMOUNT = re.compile(r"(\d+)(?:[.,](\d{2}))?")


def cents(text: str) -> int:
    match = AMOUNT.fullmatch(text.strip())
    if not match:
        raise ValueError(f"not an amount: {text!r}")
    whole, fraction = match.groups(default="00")
    return int(whole) * 100 + int(fraction)


def euros(amount: int) -> str:
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"


@dataclass
class Expense:
    payer: str
    amount: int
    guests: list[str]
    title: str = ""
    ref: str = field(default_factory=lambda: secrets.token_hex(4))

    def shares(self) -> dict[str, int]:
        """Everybody's part in cents; odd cents are handed out one by one."""
        people = {self.payer, *self.guests}
        each, odd = divmod(self.amount, len(people))
        shares = dict.fromkeys(people, each)
        for name in islice(shares, odd):
            shares[name] += 1
        return shares
