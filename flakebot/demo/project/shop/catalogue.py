"""What the shop sells."""

from shop.money import cents

PRICES = {
    "kettle": cents("34.90"),
    "mug": cents("7.50"),
    "tea": cents("4.80"),
    "teapot": cents("24.00"),
}


def price(article):
    """Return the price of an article."""
    try:
        return PRICES[article]
    except KeyError:
        raise LookupError(f"no such article: {article}") from None
