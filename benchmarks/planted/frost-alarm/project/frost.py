"""Frost warnings for orchards."""
import statistics
import weakref


class Sensor:
    """Delivers temperatures to everybody who listens."""

    def __init__(self):
        self._listeners = []
        self.history = []

    def subscribe(self, listener):
        self._listeners.append(weakref.ref(listener))

    def report(self, temperature, **details):
        self.history.append({"temperature": temperature, "details": [details]})
        for link in self._listeners:
            listener = link()
            if listener is not None:
                listener.on_temperature(temperature)

    def mean(self):
        return statistics.fmean(entry["temperature"] for entry in self.history)


class Orchard:
    def __init__(self, name):
        self.name = name
        self.alarms = []

    def alarm(self, temperature):
        self.alarms.append((self.name, temperature))


class FrostWatch:
    def __init__(self, orchard, threshold):
        self.orchard = orchard
        self.threshold = threshold
        self.actions = [self._warn]

    def on_temperature(self, temperature):
        if temperature <= self.threshold:
            for action in self.actions:
                action(temperature)

    def _warn(self, temperature):
        self.orchard.alarm(temperature)


def protect(orchard, sensor, threshold=0.5):
    sensor.subscribe(FrostWatch(orchard, threshold))
    return orchard
