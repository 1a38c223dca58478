from __future__ import annotations

from datetime import date

from holdings.valuation import Valuation


def money(amount: float) -> str:
    return f"{amount:,.2f}"


def lines(valuation: Valuation, day: date | None = None) -> list[str]:
    day = day or date.today()
    rows = [f"{name:<12}{money(value):>16}{valuation.share(name):>8.1%}" for name, value in sorted(valuation.books.items())]
    return [f"Holdings on {day:%d %B %Y}", *rows, f"{'total':<12}{money(valuation.total):>16}"]
