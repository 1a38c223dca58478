import re
from dataclasses import dataclass
from fractions import Fraction

from kitchen.units import KNOWN, factor

_AMOUNT = r"(?P<amount>\d+(?:[./]\d+)?)"
_UNIT = "(?P<unit>" + "|".join(re.escape(u) for u in KNOWN) + ")"
_LINE = re.compile(rf"\s*{_AMOUNT}\s*{_UNIT}s?\.?\s*(?:of\s+)?(?P<what>.+)", re.I)


@dataclass(frozen=True)
class Ingredient:
    what: str
    quantity: float
    base: str


def parse_line(line):
    match = _LINE.match(line)
    if match is None:
        raise ValueError(f"cannot read {line!r}")
    base, per_unit = factor(match["unit"].lower())
    quantity = round(float(Fraction(match["amount"])) * per_unit, 2)
    return Ingredient(match["what"].strip(), quantity, base)


def shopping_list(lines):
    totals = {}
    for item in map(parse_line, lines):
        key = (item.what, item.base)
        totals[key] = round(totals.get(key, 0) + item.quantity, 2)
    return totals
