"""Counted confidence: what a number of flips is worth.

Source: C. J. Clopper, E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case of the
binomial", Biometrika 26 (1934).
"""

from __future__ import annotations

from math import comb

CONFIDENCE = 0.95


def lower_bound(hits: int, trials: int, confidence: float = CONFIDENCE) -> float:
    """Return the one-sided lower Clopper-Pearson bound of a rate; 20 of 20 gives 0.86, 59 of 59 gives 0.95."""
    if hits <= 0 or trials <= 0:
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _at_least(hits, trials, middle) > 1 - confidence:
            high = middle
        else:
            low = middle
    return low


def _at_least(hits: int, trials: int, rate: float) -> float:
    return sum(comb(trials, k) * rate**k * (1 - rate) ** (trials - k) for k in range(hits, trials + 1))


def by_chance(hits: int, trials: int, rate: float) -> float:
    """Return the probability of at least `hits` of `trials` at this rate: what a flip would be without a cause."""
    return _at_least(hits, trials, min(max(rate, 0.0), 1.0))
