import contextlib
import random
import threading
import time


class Burner(threading.Thread):
    def __init__(self, kiln):
        super().__init__(daemon=True)
        self.kiln = kiln
        self.off = threading.Event()

    def run(self):
        while not self.off.wait(0.002):
            self.kiln.gas_used += 1


class Kiln:
    def __init__(self, pilot=lambda: time.sleep(0.002)):
        self.pilot = pilot
        self.burners = []
        self.gas_used = 0
        self._lock = threading.Lock()

    @property
    def lit(self):
        with self._lock:
            return any(not burner.off.is_set() for burner in self.burners)

    def ignite(self):
        if self.lit:
            return False
        self.pilot()
        burner = Burner(self)
        with self._lock:
            self.burners.append(burner)
        burner.start()
        return True

    def put_out(self):
        with self._lock:
            for burner in self.burners:
                burner.off.set()
        for burner in self.burners:
            burner.join()


class Control:
    """Something that wants the kiln hot: a button, a timer, an app."""

    def __init__(self, kiln, delay):
        self.kiln = kiln
        self.delay = delay
        self.answer = None

    def request(self):
        time.sleep(self.delay)
        self.answer = self.kiln.ignite()


@contextlib.contextmanager
def operated(kiln, *controls):
    threads = [threading.Thread(target=control.request) for control in controls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    try:
        yield [control.answer for control in controls]
    finally:
        kiln.put_out()


def finger():
    return random.gauss(0.012, 0.005) if random.random() < 0.95 else 0.0
