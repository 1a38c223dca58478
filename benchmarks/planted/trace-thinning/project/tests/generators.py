import random
from contextlib import suppress


class Gen:
    def __init__(self, source=None):
        self.source = source or random.Random()

    def length(self):
        return self.source.randint(2, 12)

    def trace(self):
        kind = self.source.choice(["ramp", "noise", "steps"])
        size = self.length()
        if kind == "ramp":
            return [0.5 * i for i in range(size)]
        if kind == "noise":
            return [self.source.gauss(0, 2) for _ in range(size)]
        return [float(self.source.randrange(5)) for _ in range(size)]


def for_all(make, check, runs=20):
    for run in range(runs):
        value = make()
        try:
            check(value)
        except Exception as error:
            with suppress(AttributeError):
                error.add_note(f"run {run}: {value!r}")
            raise
