import threading
import time

TICKS = []


class Ticker:
    """Publishes a price every few hundredths of a second until it is stopped."""

    def __init__(self, symbol, interval=0.15):
        self.symbol, self.interval = symbol, interval
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._publish, daemon=True)

    def start(self):
        self._thread.start()
        return self

    def stop(self):
        self._stopped.set()
        self._thread.join()

    def _publish(self):
        while not self._stopped.wait(self.interval - time.monotonic() % self.interval):
            TICKS.append((self.symbol, 100))
