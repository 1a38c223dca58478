import weakref


class Signal:
    def __init__(self):
        self._receivers = weakref.WeakSet()

    def connect(self, receiver):
        self._receivers.add(receiver)
        return receiver

    def send(self, value):
        for receiver in self._receivers:
            value = receiver.update(value)
        return value

    def __len__(self):
        return len(self._receivers)


class Gauge:
    def __init__(self, unit="bar"):
        self.unit = unit
        self.changed = Signal()
        self.value = 0.0

    def set(self, raw):
        self.value = self.changed.send(raw)
        return self.value
