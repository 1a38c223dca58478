"""Coupons: a percentage or a fixed amount off."""

from shop.money import cents, percent

KNOWN = {
    "WELCOME10": ("percent", 10),
    "TEATIME": ("fixed", "5.00"),
    "NEWSLETTER": ("fixed", "2.50"),
}


def distinct(codes):
    """Return the coupons of a list of codes; a code that was entered twice counts once."""
    return [KNOWN[code] for code in set(codes) if code in KNOWN]


def apply(amount, coupon):
    """Return an amount with a coupon taken off, never below zero."""
    kind, value = coupon
    reduction = percent(amount, value) if kind == "percent" else cents(value)
    return max(cents(0), amount - reduction)
