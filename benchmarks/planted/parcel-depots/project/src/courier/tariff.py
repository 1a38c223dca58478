from __future__ import annotations

from decimal import Decimal

BASE = {"economy": Decimal("4.20"), "express": Decimal("9.80")}
PER_KILO = {1: Decimal("0.45"), 2: Decimal("0.70"), 3: Decimal("1.10")}
HEAVY = Decimal("6.50")


def price(service: str, zone: int, kilos: int) -> Decimal:
    amount = BASE[service] + PER_KILO[zone] * kilos
    if kilos > 20:
        amount += HEAVY
    return amount
