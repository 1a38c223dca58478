import time
from collections import OrderedDict


class TTLCache:
    def __init__(self, ttl=30.0, size=16, clock=time.monotonic):
        self._ttl = ttl
        self._size = size
        self._clock = clock
        self._items = OrderedDict()

    def get(self, key):
        stored = self._items.get(key)
        if stored is None or self._clock() - stored[0] > self._ttl:
            return None
        self._items.move_to_end(key)
        return stored[1]

    def put(self, key, value):
        self._items[key] = (self._clock(), value)
        while len(self._items) > self._size:
            self._items.popitem(last=False)

    def __len__(self):
        return len(self._items)
