from money import rates


def to_euro(amount, currency):
    return round(amount / rates.fetch(currency), 2)
