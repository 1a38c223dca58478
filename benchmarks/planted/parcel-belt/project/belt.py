"""A conveyor belt: scanners put readings on it, a sorter takes them off."""
import collections
import queue
import random
import threading
import time


class Reading:
    __slots__ = ("code", "weight", "chute")

    def __init__(self, code, weight):
        self.code = code
        self.weight = weight
        self.chute = None


class Belt:
    def __init__(self):
        self._items = queue.Queue()
        self._seen = set()
        self.repeats = 0

    def place(self, reading):
        """Scanners may report one reading twice; only the first report counts."""
        mark = id(reading)
        if mark in self._seen:
            self.repeats += 1
            return False
        self._seen.add(mark)
        self._items.put(reading)
        return True

    def take(self):
        return self._items.get()

    def stop(self):
        self._items.put(None)


class Sorter(threading.Thread):
    def __init__(self, belt, limit=20):
        super().__init__(daemon=True)
        self.belt = belt
        self.limit = limit
        self.chutes = collections.Counter()

    def run(self):
        while True:
            reading = self.belt.take()
            if reading is None:
                return
            time.sleep(random.uniform(0.0045, 0.0095))
            reading.chute = "heavy" if reading.weight > self.limit else "light"
            self.chutes[reading.chute] += 1
            del reading


def feed(belt, weights, pause=0.003):
    for number, weight in enumerate(weights):
        reading = Reading(f"P{number:03}", weight)
        belt.place(reading)
        del reading
        time.sleep(pause)
