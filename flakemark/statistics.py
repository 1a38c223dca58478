"""Counted confidence: what a number of flips is worth, and how many runs it takes to tell.

Source: C. J. Clopper, E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case of the
binomial", Biometrika 26 (1934); R. A. Fisher, "Statistical Methods for Research Workers", 5th ed. (1934): the exact
test; A. Wald, "Sequential Tests of Statistical Hypotheses", Annals of Mathematical Statistics 16 (1945): SPRT.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, log

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


def apart(hits: int, trials: int, other_hits: int, other_trials: int) -> float:
    """Return the probability that two groups of one rate part at least so far, the first above the other (Fisher's test, one-sided)."""
    both, successes = trials + other_trials, hits + other_hits
    least = min(trials, successes)
    return sum(comb(trials, k) * comb(other_trials, successes - k) for k in range(hits, least + 1)) / comb(both, successes)


@dataclass(frozen=True, slots=True)
class Sequential:
    """A sequential test between two rates: it is asked after every few runs, and stops as soon as it can.

    Attributes:
        low, high: the two rates; what lies between them may be decided either way.
        error: the probability of saying "high" at the low rate, and of saying "low" at the high one.
    """

    low: float
    high: float
    error: float = 0.05

    def decide(self, hits: int, trials: int) -> bool | None:
        """Return True for the high rate, False for the low one, None if more runs are needed."""
        weight = hits * log(self.high / self.low) + (trials - hits) * log((1 - self.high) / (1 - self.low))
        limit = log((1 - self.error) / self.error)
        return None if -limit < weight < limit else weight > 0

    @property
    def shortest(self) -> int:
        """Number of runs after which it can say "high" at the earliest."""
        return next(runs for runs in range(1, 1_000_000) if self.decide(runs, runs))
