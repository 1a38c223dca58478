import math


class Spread:
    """Mean and deviation without keeping the samples."""

    __slots__ = ("n", "total", "squares")

    def __init__(self):
        self.n = 0
        self.total = 0.0
        self.squares = 0.0

    def push(self, x):
        self.n += 1
        self.total += x
        self.squares += x * x
        return self

    def extend(self, xs):
        for x in xs:
            self.push(x)
        return self

    @property
    def mean(self):
        return self.total / self.n

    @property
    def deviation(self):
        return math.sqrt(self.squares / self.n - self.mean ** 2)
