"""From a basket to a receipt."""

import time
import uuid
from dataclasses import dataclass
from decimal import Decimal

from shop import coupons


@dataclass
class Receipt:
    number: str
    issued_at: float
    total: Decimal


def total(basket):
    """Return what is to be paid for a basket, coupons applied one after the other."""
    amount = basket.subtotal()
    for coupon in coupons.distinct(basket.codes):
        amount = coupons.apply(amount, coupon)
    return amount


def checkout(basket):
    """Close a basket."""
    number = uuid.uuid4().hex[:12]
    issued_at = time.time()
    return Receipt(number=number, issued_at=issued_at, total=total(basket))
