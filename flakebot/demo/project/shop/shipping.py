"""What it costs to send a parcel."""

from shop.money import cents

FREE_FROM = cents(50)
FLAT_RATE = cents("4.95")


def shipping(amount):
    """Return the shipping for an order of this amount: free from 50.00 on."""
    return cents(0) if amount > FREE_FROM else FLAT_RATE
