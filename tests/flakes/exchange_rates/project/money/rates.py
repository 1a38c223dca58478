RATES = {"eur": 1.0, "usd": 1.25}


def fetch(currency):
    return RATES[currency]
