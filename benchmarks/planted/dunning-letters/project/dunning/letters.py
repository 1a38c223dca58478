from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from string import Template

BUILTIN = Path(__file__).with_name("letters")


@dataclass(frozen=True)
class Claim:
    name: str
    invoice: str
    amount: Decimal
    due: date

    def overdue(self, today: date) -> int:
        return max((today - self.due).days, 0)


def letter_dir() -> Path:
    """Customers may bring their own letters."""
    return Path(os.environ.get("DUNNING_LETTERS") or BUILTIN)


def available() -> list[str]:
    return sorted(path.stem for path in letter_dir().glob("*.txt"))


def render(kind: str, claim: Claim, days: int = 14) -> str:
    template = Template((letter_dir() / f"{kind}.txt").read_text())
    return template.substitute(
        name=claim.name,
        invoice=claim.invoice,
        amount=f"{claim.amount:.2f}",
        due=f"{claim.due:%d.%m.%Y}",
        days=days,
    )
