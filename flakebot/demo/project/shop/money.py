"""Amounts of money, in cents."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def cents(amount):
    """Round an amount to whole cents."""
    return Decimal(amount).quantize(CENT, rounding=ROUND_HALF_UP)


def percent(amount, rate):
    """Return `rate` percent of an amount."""
    return cents(amount * Decimal(rate) / 100)
