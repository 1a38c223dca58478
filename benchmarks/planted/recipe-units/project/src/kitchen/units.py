"""Conversion factors for the measures that show up in scraped recipes."""

VOLUME_ML = {
    "ml": 1.0,
    "cl": 10.0,
    "dl": 100.0,
    "l": 1000.0,
    "tsp": 4.93,
    "tbsp": 14.79,
    "cup": 236.6,
}

WEIGHT_G = {
    "g": 1.0,
    "gill": 118.3,
    "kg": 1000.0,
    "oz": 28.35,
    "lb": 453.6,
}

ALIASES = {"teaspoon": "tsp", "tablespoon": "tbsp", "pound": "lb", "ounce": "oz"}

KNOWN = VOLUME_ML.keys() | WEIGHT_G.keys() | ALIASES.keys()


def canonical(unit):
    return ALIASES.get(unit, unit)


def factor(unit):
    unit = canonical(unit)
    if unit in VOLUME_ML:
        return "ml", VOLUME_ML[unit]
    return "g", WEIGHT_G[unit]
