class Offset:
    def __init__(self, by):
        self.by = by

    def update(self, value):
        return value + self.by


class Scale:
    def __init__(self, factor):
        self.factor = factor

    def update(self, value):
        return value * self.factor


class Recorder:
    def __init__(self):
        self.seen = []

    def update(self, value):
        self.seen.append(value)
        return value
