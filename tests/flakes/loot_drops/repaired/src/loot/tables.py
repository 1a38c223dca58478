import bisect
import itertools
import random

rng = random.Random(3)


class Table:
    """Items with weights; `draw` returns one of them."""

    def __init__(self, weights):
        self.items = list(weights)
        self.bounds = list(itertools.accumulate(weights.values()))

    def draw(self):
        ticket = rng.uniform(0, self.bounds[-1])
        return self.items[bisect.bisect(self.bounds, ticket)]
