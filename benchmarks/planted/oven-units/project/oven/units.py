import random

SCALES = {}


def scale(name):
    def register(cls):
        SCALES[name] = cls()
        return cls
    return register


@scale("C")
class Celsius:
    def to_kelvin(self, value):
        return value + 273.15

    def from_kelvin(self, kelvin):
        return kelvin - 273.15


@scale("F")
class Fahrenheit:
    def to_kelvin(self, value):
        return (value + 459.67) * 5 / 9

    def from_kelvin(self, kelvin):
        return kelvin * 9 / 5 - 459.67


@scale("K")
class Kelvin:
    def to_kelvin(self, value):
        return value

    from_kelvin = to_kelvin


def convert(value, source, target):
    return SCALES[target].from_kelvin(SCALES[source].to_kelvin(value))


def probe_reading():
    return random.randrange(1200, 2600) / 10
