import random
import threading
import time


class Tower:
    def __init__(self):
        self.hour = 0
        self.struck = threading.Condition()

    def strike(self, hour):
        with self.struck:
            self.hour = hour
            self.struck.notify_all()


class Ringer(threading.Thread):
    def __init__(self, tower, stairs, patience=0.1):
        super().__init__(daemon=True)
        self.tower = tower
        self.stairs = stairs
        self.patience = patience
        self.rings = 0

    def climb(self):
        for _ in range(self.stairs):
            time.sleep(random.uniform(0.0005, 0.003))

    def run(self):
        self.climb()
        with self.tower.struck:
            if self.tower.struck.wait(self.patience):
                self.rings = self.tower.hour


class Clockwork:
    def __init__(self, tower, hour):
        self.tower = tower
        self.hour = hour

    def wind(self, after):
        timer = threading.Timer(after, self.tower.strike, [self.hour])
        timer.start()
        return timer
