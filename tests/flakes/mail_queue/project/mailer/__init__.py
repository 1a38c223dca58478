import queue
import random
import threading
import time


class Mailer:
    def __init__(self):
        self.outbox = queue.Queue()
        self.sent = []
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def send(self, address):
        self.outbox.put(address)

    def close(self):
        self.outbox.put(None)
        self._thread.join()

    def _work(self):
        while (address := self.outbox.get()) is not None:
            time.sleep(random.uniform(0.01, 0.04))
            self.sent.append(address)
