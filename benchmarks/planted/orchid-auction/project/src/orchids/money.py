from __future__ import annotations

STEPS = ((100, 5), (500, 20), (2_000, 50))
TOP_STEP = 100


def step(amount: int) -> int:
    """The increment that applies at an amount."""
    for below, increment in STEPS:
        if amount < below:
            return increment
    return TOP_STEP


def premium(amount: int, percent: int = 12) -> int:
    return -(-amount * percent // 100)
