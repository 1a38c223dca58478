"""Minimise a list behind one predicate: never ask twice, accept only what is smaller and still true.

Source: A. Zeller, R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", TSE 28 (2002): ddmin.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T")


def minimise(items: Sequence[T], holds: Callable[[tuple[T, ...]], bool], go_on: Callable[[], bool] = lambda: True) -> tuple[T, ...]:
    """Return a 1-minimal subsequence for which `holds` is true.

    Args:
        items: a sequence for which it is true.
        holds: the predicate; asked at most once per subset, O(n^2) times at worst, O(log n) where one item decides.
        go_on: asked before each step; what was reached so far is returned when it says no.
    """
    asked: dict[tuple[int, ...], bool] = {}

    def ask(chosen: tuple[int, ...]) -> bool:
        if chosen not in asked:
            asked[chosen] = holds(tuple(items[place] for place in chosen))
        return asked[chosen]

    chosen, parts = tuple(range(len(items))), 2
    while len(chosen) > 1 and go_on():
        smaller = next((part for part in _parts(chosen, parts) if ask(part)), None)
        if smaller is not None:
            parts = 2 if len(smaller) * 2 <= len(chosen) else max(2, parts - 1)
            chosen = smaller
        elif parts >= len(chosen):
            break
        else:
            parts = min(len(chosen), parts * 2)
    return tuple(items[place] for place in chosen)


def _parts(chosen: tuple[int, ...], parts: int) -> list[tuple[int, ...]]:
    """List the parts themselves, then what is left without each; later parts first: what is near decides more often."""
    bounds = [len(chosen) * number // parts for number in range(parts + 1)]
    subsets = [chosen[start:stop] for start, stop in pairwise(bounds)][::-1]
    complements = [tuple(item for item in chosen if item not in set(part)) for part in subsets] if parts > 2 else []
    return [part for part in subsets + complements if part and len(part) < len(chosen)]
