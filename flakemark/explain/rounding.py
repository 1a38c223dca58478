"""Floating point: an order that decides how a sum is rounded, where the comparison is exact."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import zip_longest
from math import isclose

from flakemark.isolation import Flip
from flakemark.model import Category, Cause
from flakemark.runs import Failure

# Some thousand roundings of the last of 53 bits; whoever means to tell numbers apart does not do it here.
CLOSE = 1e-11
_ORDERS = frozenset({"set_order", "listing", "completion", "shuffle"})
# As pytest shows a failed `==`, and as unittest shows a failed assertEqual.
_COMPARED = re.compile(r"(?:AssertionError: )?assert (?P<left>.+) == (?P<right>.+)|(?:AssertionError: )?(?P<first>.+) != (?P<second>.+)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")

ADVICE = "Compare with a tolerance (pytest.approx, math.isclose, numpy's assert_allclose), or add exactly (math.fsum) or in a fixed order."


def rounding_instead(cause: Cause, flip: Flip, failure: Failure | None) -> Cause | None:
    """Say that it is the rounding, where an order decides and the compared numbers differ in their last digits only.

    Returns:
        the same line in the category of floating point; None where it is something else.
    """
    if failure is None or flip.suspects[0].site.source_kind not in _ORDERS or not differs_by_rounding(failure.message):
        return None
    return replace(
        cause,
        category=Category.FLOATING_POINT,
        title="the order in which numbers come here decides how their sum is rounded, and the comparison is exact",
        detail=f"{failure.message.strip().splitlines()[0][:160]}; {cause.detail}",
    )


def differs_by_rounding(message: str) -> bool:
    """Whether a failed comparison is one of numbers that are equal but for their last digits."""
    lines = message.strip().splitlines()
    compared = _COMPARED.fullmatch(lines[0].strip()) if lines else None
    if compared is None:
        return False
    left, right = (_NUMBER.findall(compared[one] or compared[other]) for one, other in (("left", "first"), ("right", "second")))
    pairs = list(zip_longest(left, right))
    different = [pair for pair in pairs if pair[0] != pair[1]]
    return bool(different) and all(None not in pair and isclose(float(pair[0]), float(pair[1]), rel_tol=CLOSE) for pair in different)
