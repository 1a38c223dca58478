class Listener:
    def __init__(self, name, sink):
        self.name = name
        self.sink = sink

    def __call__(self, event):
        self.sink.append(f"{self.name}:{event}")


class Bus:
    def __init__(self):
        self._listeners = {}

    def subscribe(self, listener):
        self._listeners[listener] = None
        return lambda: self._listeners.pop(listener, None)

    def publish(self, event):
        for listener in self._listeners:
            listener(event)
