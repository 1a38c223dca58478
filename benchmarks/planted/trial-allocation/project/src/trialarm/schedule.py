"""Permuted-block allocation lists."""
from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Sequence


class BlockSchedule:
    """Within a block every arm occurs equally often; the order in it is concealed."""

    def __init__(self, arms: Sequence[str], block_size: int, rng: random.Random | None = None):
        if block_size % len(arms):
            raise ValueError(f"block of {block_size} cannot hold {len(arms)} arms equally")
        self.arms = tuple(arms)
        self.block_size = block_size
        self._rng = rng or random.Random()
        self._upcoming: deque[str] = deque()

    def _add_block(self) -> None:
        block = list(self.arms) * (self.block_size // len(self.arms))
        self._rng.shuffle(block)
        self._upcoming.extend(block)

    def preview(self, count: int) -> list[str]:
        """What the unblinded statistician sees; nothing is used up."""
        while len(self._upcoming) < count:
            self._add_block()
        return list(self._upcoming)[:count]

    def allocate(self) -> str:
        if not self._upcoming:
            self._add_block()
        return self._upcoming.popleft()


def imbalance(allocated: Sequence[str], arms: Sequence[str]) -> int:
    counts = Counter(allocated)
    per_arm = [counts[arm] for arm in arms]
    return max(per_arm) - min(per_arm)
