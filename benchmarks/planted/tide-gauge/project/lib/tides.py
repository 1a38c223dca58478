import math
import queue
import random
import threading
import time

AMPLITUDE = {"neap": 1.1, "spring": 2.4}


def heights(kind, steps):
    top = AMPLITUDE[kind]
    return [round(top * math.sin(2 * math.pi * i / steps), 3) for i in range(steps)]


class Gauge(threading.Thread):
    def __init__(self, series, line):
        super().__init__(daemon=True)
        self.series = series
        self.line = line

    def run(self):
        for value in self.series:
            time.sleep(0.002 + random.expovariate(500))
            self.line.put(value)


class Recorder:
    quiet = 0.010

    def __init__(self, line):
        self.line = line
        self.log = []

    def collect(self):
        while True:
            try:
                value = self.line.get(timeout=self.quiet)
            except queue.Empty:
                return self.log
            self.log.append(value)

    def range(self):
        return round(max(self.log) - min(self.log), 3) if self.log else 0.0


def record(kind, steps=16):
    line = queue.Queue()
    gauge = Gauge(heights(kind, steps), line)
    gauge.start()
    recorder = Recorder(line)
    recorder.collect()
    return recorder
