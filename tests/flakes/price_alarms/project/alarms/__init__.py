import weakref
from dataclasses import dataclass


@dataclass(frozen=True)
class Price:
    symbol: str
    value: float


class Hub:
    """Tells listeners about prices; does not keep them alive."""

    def __init__(self):
        self._listeners = []

    def listen(self, function):
        self._listeners.append(weakref.WeakMethod(function))

    def tell(self, price):
        for reference in self._listeners:
            function = reference()
            if function is not None:
                function(price)


class Alarm:
    def __init__(self, hub, limit, rings):
        self.limit = limit
        self.rings = rings
        self.children = [Child(self)]
        hub.listen(self.on_price)

    def on_price(self, price):
        if price.value > self.limit:
            self.children[0].ring(price)


class Child:
    def __init__(self, alarm):
        self.alarm = alarm

    def ring(self, price):
        self.alarm.rings.append(price.symbol)
