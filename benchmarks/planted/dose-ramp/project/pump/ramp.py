import random


class Ramp:
    """Raises the flow of an infusion pump in equal steps up to a ceiling."""

    def __init__(self, ceiling, steps):
        self.ceiling = ceiling
        self.steps = steps
        self.step = ceiling / steps

    def __iter__(self):
        flow = 0.0
        while flow < self.ceiling:
            yield flow
            flow += self.step

    def schedule(self, minutes):
        return [(i * minutes, round(flow, 3)) for i, flow in enumerate(self)]


def random_ramp(ceiling=None, steps=10):
    if ceiling is None:
        ceiling = random.uniform(0.5, 9.5)
    return Ramp(ceiling, steps)
