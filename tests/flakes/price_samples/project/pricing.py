from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def gross(net):
    return (net * Decimal("1.19")).quantize(CENT, ROUND_HALF_UP)


def split(total, people):
    """Shares in cents; they are meant to add up to the total."""
    share = int(total * 100) // people
    return [Decimal(share) / 100] * people
